//! Structs that begin with their size, so that they can grow: options as the caller has them, results as it can hold them.

#![expect(unsafe_code, reason = "structs of the caller may be shorter or longer than ours")]

use crate::failure::Failure;

/// Options longer than this are none: whatever is in the size was not put there.
const LONGEST: usize = 4096;

/// A plain struct whose first member is `struct_size`, and whose members may all be zero.
///
/// # Safety
/// It is `repr(C)`, has a `usize` first, no padding that matters, and every bit pattern is a value of it.
pub unsafe trait Options: Copy {
    /// How long the shortest one is that makes sense: up to the end of the last member that has no default.
    const SHORTEST: usize;
}

/// Reads options. What a shorter struct does not have is zero, which stands for the default; what a longer one has more
/// must be zero, since nothing else is known of it.
///
/// # Safety
/// `options` is NULL, or points to as many bytes as its first member says.
///
/// # Errors
/// `ASSIZE_ARGUMENT`.
pub unsafe fn read<T: Options>(name: &'static str, options: *const T) -> Result<T, Failure> {
    if options.is_null() {
        return Err(Failure::null(name));
    }
    if !options.is_aligned() {
        return Err(Failure::argument(name, "is not aligned"));
    }
    // SAFETY: the caller's struct has at least its size, which comes first.
    let size = unsafe { options.cast::<usize>().read() };
    if !(T::SHORTEST..=LONGEST).contains(&size) {
        return Err(Failure::argument(name, "has a `struct_size` that is not the size of the struct"));
    }
    // SAFETY: as long as its first member says.
    let given = unsafe { std::slice::from_raw_parts(options.cast::<u8>(), size) };
    let known = size.min(size_of::<T>());
    if given.get(known..).is_some_and(|tail| tail.iter().any(|&byte| byte != 0)) {
        return Err(Failure::argument(name, "asks for what this version of the library does not have"));
    }
    let mut read = std::mem::MaybeUninit::<T>::zeroed();
    // SAFETY: both are at least `known` bytes long; every bit pattern is a value.
    unsafe {
        std::ptr::copy_nonoverlapping(given.as_ptr(), read.as_mut_ptr().cast::<u8>(), known);
        Ok(read.assume_init())
    }
}

/// A plain struct of results whose first member is `struct_size`.
///
/// # Safety
/// It is `repr(C)` and has a `usize` first.
pub unsafe trait Report: Copy {
    /// How long the struct was in the first version that had it.
    const FIRST: usize;
}

/// Whether there is a place for a struct of results, and how long it is. It is asked before anything is done.
///
/// # Safety
/// `out` is NULL, or points to as many bytes as its first member says.
///
/// # Errors
/// `ASSIZE_ARGUMENT`.
#[inline]
pub unsafe fn place<T: Report>(name: &'static str, out: *const T) -> Result<usize, Failure> {
    if out.is_null() {
        return Err(Failure::null(name));
    }
    if !out.is_aligned() {
        return Err(Failure::argument(name, "is not aligned"));
    }
    // SAFETY: the caller's struct has at least its size, which comes first.
    let size = unsafe { out.cast::<usize>().read() };
    if size < T::FIRST || size > isize::MAX as usize {
        return Err(Failure::argument(name, "has a `struct_size` that is not the size of the struct"));
    }
    Ok(size)
}

/// Writes what the caller's struct can hold, its size left as it was.
///
/// # Safety
/// `out` is as [`place`] found it, and `size` is what it gave.
#[inline]
pub unsafe fn write<T: Report>(out: *mut T, size: usize, value: T) {
    if size >= size_of::<T>() {
        // SAFETY: aligned and long enough; its size is put back.
        unsafe {
            out.write(value);
            out.cast::<usize>().write(size);
        }
        return;
    }
    let head = size_of::<usize>();
    // SAFETY: `size` is at least as long as the head, and both structs are at least `size` long.
    unsafe {
        let from = std::ptr::from_ref(&value).cast::<u8>();
        std::ptr::copy_nonoverlapping(from.add(head), out.cast::<u8>().add(head), size - head);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a first version had it, and as a later one has it.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct First {
        size: usize,
        a: u64,
    }

    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Later {
        size: usize,
        a: u64,
        b: u32,
        c: u32,
    }

    // SAFETY: `repr(C)`, its size first, and numbers only.
    unsafe impl Report for Later {
        const FIRST: usize = size_of::<First>();
    }
    // SAFETY: `repr(C)`, its size first, and numbers only.
    unsafe impl Options for Later {
        const SHORTEST: usize = size_of::<First>();
    }

    #[test]
    fn a_caller_of_an_earlier_version_gets_what_it_knows() {
        let mut out = [First { size: size_of::<First>(), a: 1 }, First { size: 7, a: 8 }];
        let later = Later { size: 0, a: 5, b: 6, c: 7 };
        // SAFETY: the struct is as long as it says.
        unsafe {
            let at = out.as_mut_ptr().cast::<Later>();
            let size = place("out", at).unwrap();
            write(at, size, later);
        }
        assert_eq!(out, [First { size: size_of::<First>(), a: 5 }, First { size: 7, a: 8 }]);
    }

    #[test]
    fn options_of_an_earlier_version_have_the_defaults() {
        let given = First { size: size_of::<First>(), a: 5 };
        // SAFETY: the struct is as long as it says.
        let found = unsafe { read("options", std::ptr::from_ref(&given).cast::<Later>()) }.unwrap();
        assert_eq!(found, Later { size: given.size, a: 5, b: 0, c: 0 });
        // To the middle of what came later: what is there counts.
        let given = Later { size: size_of::<First>() + 4, a: 5, b: 6, c: 7 };
        // SAFETY: the struct is as long as it says.
        let found = unsafe { read("options", &given) }.unwrap();
        assert_eq!((found.b, found.c), (6, 0));
    }
}
