use assize_lang::source::*;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let text = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
    let source = Source::new(path, text);
    let (file, ds) = assize_lang::parse(FileId(0), &source);
    if std::env::args().nth(2).is_some() { println!("{file:#?}"); }
    for d in &ds {
        let p = d.primary.as_ref();
        let lc = p.map(|p| source.line_column(p.span.start));
        println!("{} {}: {}  «{}» {:?}", d.code.0, lc.map_or(String::new(), |l| format!("{}:{}", l.line, l.column)), d.message, p.map_or("", |p| source.slice(p.span)), p.map(|p| p.message.clone()).unwrap_or_default());
        for s in &d.secondary { let l = source.line_column(s.span.start); println!("      at {}:{} «{}» {}", l.line, l.column, source.slice(s.span), s.message); }
        for n in &d.notes { println!("      note: {n}"); }
        if let Some(h) = &d.help { println!("      help: {h}"); }
        if let Some(f) = &d.fix { println!("      fix: «{}» -> «{}»", source.slice(f.span), f.replacement); }
    }
    println!("{} decls, {} diagnostics", file.decls.len(), ds.len());
}
