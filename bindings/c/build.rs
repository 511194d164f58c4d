//! Names the shared library as its users will find it: with the number of the interface, which is that of
//! `ASSIZE_ABI_VERSION` and of `assizeConfig.cmake`.

#![expect(clippy::disallowed_methods, reason = "cargo and a build script talk through these")]

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    match std::env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux" | "android" | "freebsd" | "netbsd" | "openbsd") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libassize.so.0");
        }
        Ok("macos") => println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libassize.0.dylib"),
        _ => {}
    }
}
