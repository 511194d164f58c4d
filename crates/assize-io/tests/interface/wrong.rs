//! Everything that can be wrong with a schema or an array, and the words for it.

use super::*;

pub type Change = fn(&mut ArrowSchema, &mut ArrowArray);

pub fn first(schema: &mut ArrowSchema) -> &mut ArrowSchema {
    // SAFETY: the first child is there.
    unsafe { &mut **schema.children }
}

pub fn child(array: &mut ArrowArray) -> &mut ArrowArray {
    // SAFETY: as above.
    unsafe { &mut **array.children }
}

pub fn buffer(array: &mut ArrowArray, at: usize) -> &mut *const std::ffi::c_void {
    // SAFETY: the array has that buffer.
    unsafe { &mut *array.buffers.add(at) }
}

#[test]
fn what_is_wrong_is_said() {
    const NOT_TEXT: &[u8] = b"\xff\xfe\0";
    let numbers = || PLAIN.fixed("l", &raw!(i64: Some(1), None, Some(3)));
    let texts = || PLAIN.texts("u", &[Some(b"ab"), Some(b"c")]);
    let views = || PLAIN.views("vu", &[Some(b"a text of more than twelve bytes"), Some(b"c")]);
    let coded = || PLAIN.dictionary(&[Some(0), Some(1)], texts());
    let listed = || PLAIN.lists("+l", &[Some(1), Some(2)], texts());
    let run = |what: &str, make: &dyn Fn() -> Array, rows: usize, ty: Ty, change: Change, expected: &str| {
        let error = hand_over(&one(ty), || Array::rows(vec![make()], rows), change);
        let error = error.map(|batches| shown(&batches)).expect_err(what);
        assert!(error.contains(expected), "{what}: {error}");
        assert!(!error.contains("error:") && !error.ends_with('.'), "{error}");
    };
    let schemas: &[(Change, &str)] = &[
        (|schema, _| schema.format = null(), "a format is NULL"),
        (|schema, _| first(schema).format = null(), "a format is NULL"),
        (|schema, _| schema.format = NOT_TEXT.as_ptr().cast(), "a format is not UTF-8 text"),
        (|schema, _| first(schema).format = NOT_TEXT.as_ptr().cast(), "a format is not UTF-8 text"),
        (|schema, _| first(schema).name = NOT_TEXT.as_ptr().cast(), "the name of a column is not UTF-8 text"),
        (|schema, _| first(schema).name = null(), "there is no column `x`"),
        (|schema, _| schema.format = c"l".as_ptr(), "its format is `l`, and columns come as a struct"),
        (|schema, _| schema.format = c"+l".as_ptr(), "its format is `+l`"),
        (|schema, _| schema.format = c"".as_ptr(), "its format is ``"),
        (|schema, _| first(schema).format = c"".as_ptr(), "the column `x` has the format ``"),
        (|schema, _| first(schema).format = c"+zz".as_ptr(), "the column `x` has the format `+zz`"),
        (|schema, _| first(schema).format = c"+l".as_ptr(), "the column `x` has the format `+l`"),
        (|schema, _| schema.children = null_mut(), "its children are NULL"),
        // SAFETY: there is one child.
        (|schema, _| unsafe { *schema.children = null_mut() }, "a child is NULL"),
        (|schema, _| schema.n_children = -1, "fewer than no children"),
        (|schema, _| schema.n_children = i64::MIN, "fewer than no children"),
        (|schema, _| schema.n_children = i64::MAX, "too many children"),
        (|schema, _| schema.n_children = 2, "a child is NULL"),
        (|schema, _| schema.n_children = 0, "1 columns came, and the schema has 0"),
        (|schema, _| (first(schema).n_children, first(schema).children) = (1, null_mut()), "its children are NULL"),
        // A schema inside itself, once or eight times, and as its own dictionary.
        (|schema, _| (first(schema).n_children, first(schema).children) = (1, schema.children), "nested too deeply"),
        (
            |schema, _| {
                // SAFETY: the array of children has room for eight.
                (1..8).for_each(|at| unsafe { *schema.children.add(at) = *schema.children });
                (first(schema).n_children, first(schema).children) = (8, schema.children);
            },
            "nested too deeply",
        ),
        // SAFETY: the first child is there.
        (|schema, _| first(schema).dictionary = unsafe { *schema.children }, "nested too deeply"),
    ];
    for (change, expected) in schemas {
        run("a schema", &numbers, 3, Ty::Integer, *change, expected);
    }
    let rows: &[(Change, &str)] = &[
        (|_, array| array.length = -1, "its length cannot be -1"),
        (|_, array| array.length = i64::MAX, "its length cannot be 9223372036854775807"),
        (|_, array| array.length = i64::MIN, "its length cannot be"),
        (|_, array| array.offset = -1, "its offset cannot be -1"),
        (|_, array| array.offset = i64::MAX, "its offset cannot be"),
        (|_, array| array.offset = 1, "it has 3 values, and there are 4"),
        (|_, array| array.length = 4, "it has 3 values, and there are 4"),
        (|_, array| array.n_buffers = 0, "it has 0 buffers, and a struct has 1"),
        (|_, array| array.n_buffers = 2, "it has 2 buffers, and a struct has 1"),
        (|_, array| array.n_buffers = -1, "it has -1 buffers"),
        (|_, array| array.buffers = null_mut(), "its buffers are NULL"),
        (|_, array| array.n_children = 0, "0 columns came, and the schema has 1"),
        (|_, array| array.n_children = 2, "2 columns came, and the schema has 1"),
        (|_, array| array.n_children = -1, "-1 columns came"),
        (|_, array| array.children = null_mut(), "the columns are NULL"),
        // SAFETY: there is one child.
        (|_, array| unsafe { *array.children = null_mut() }, "the column `x` is not as its type says: it is NULL"),
        (|_, array| array.null_count = 1, "it has nulls, and its validity is NULL"),
        (|_, array| array.null_count = 4, "it has more nulls than values"),
    ];
    for (change, expected) in rows {
        run("rows", &numbers, 3, Ty::Integer, *change, expected);
    }
    let columns: &[(Change, &str)] = &[
        (|_, array| child(array).length = -1, "its length cannot be -1"),
        (|_, array| child(array).length = 1 << 49, "its length cannot be"),
        (|_, array| child(array).length = 2, "it has 2 values, and there are 3"),
        (|_, array| child(array).offset = -1, "its offset cannot be -1"),
        (|_, array| child(array).offset = i64::MAX, "its offset cannot be"),
        (|_, array| child(array).n_buffers = 1, "it has 1 buffer, and its type Int64 has 2"),
        (|_, array| child(array).n_buffers = 3, "it has 3 buffers, and its type Int64 has 2"),
        (|_, array| child(array).n_buffers = i64::MIN, "buffers, and its type Int64 has 2"),
        (|_, array| child(array).buffers = null_mut(), "its buffers are NULL"),
        (|_, array| *buffer(child(array), 1) = null(), "its buffer 1 is NULL"),
        (|_, array| (child(array).null_count, *buffer(child(array), 0)) = (1, null()), "its validity is NULL"),
        (|_, array| child(array).null_count = 4, "it has more nulls than values"),
    ];
    for (change, expected) in columns {
        run("a column", &numbers, 3, Ty::Integer, *change, "after row 0: the column `x` is not as its type says: ");
        run("a column", &numbers, 3, Ty::Integer, *change, expected);
    }
    let ends = |ends: &'static [i32]| {
        move || {
            texts().with(|column| {
                let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
                column.buffers[1] = Some(Bytes::new(&bytes));
            })
        }
    };
    let wide = |ends: &'static [i64]| {
        move || {
            PLAIN.texts("U", &[Some(b"ab"), Some(b"c")]).with(|column| {
                let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
                column.buffers[1] = Some(Bytes::new(&bytes));
            })
        }
    };
    let nothing: Change = |_, _| {};
    run("descending", &ends(&[0, 3, 2]), 2, Ty::Text, nothing, "offset");
    run("negative first", &ends(&[-1, 2, 3]), 2, Ty::Text, nothing, "offset");
    run("negative within", &ends(&[0, -2, 3]), 2, Ty::Text, nothing, "offset");
    run("negative last", &ends(&[0, 2, -3]), 2, Ty::Text, nothing, "one of its buffers cannot be -3 bytes long");
    run("beyond the last", &ends(&[0, i32::MAX, 3]), 2, Ty::Text, nothing, "offset");
    run("first beyond the last", &ends(&[i32::MAX, i32::MAX, 3]), 2, Ty::Text, nothing, "offset");
    run("wide, descending", &wide(&[0, 3, 2]), 2, Ty::Text, nothing, "offset");
    run("wide, beyond 32 bits", &wide(&[0, 1 << 31, 3]), 2, Ty::Text, nothing, "offset");
    run("wide, huge", &wide(&[0, 2, i64::MAX]), 2, Ty::Text, nothing, "one of its buffers cannot be");
    run("wide, least", &wide(&[i64::MIN, 2, 3]), 2, Ty::Text, nothing, "offset");
    run("no offsets", &texts, 2, Ty::Text, |_, array| *buffer(child(array), 1) = null(), "its buffer 1 is NULL");
    run("no bytes", &texts, 2, Ty::Text, |_, array| *buffer(child(array), 2) = null(), "its buffer 2 is NULL");
    let bad = |bytes: &'static [u8]| move || texts().with(|column| column.buffers[2] = Some(Bytes::new(bytes)));
    run("not UTF-8", &bad(b"a\xffc"), 2, Ty::Text, nothing, "invalid UTF8");
    run("half a letter", &bad("aé".as_bytes()), 2, Ty::Text, nothing, "utf-8");

    let view = |at: usize, bytes: &'static [u8]| {
        move || {
            views().with(|column| {
                let text = b"a text of more than twelve bytes";
                let mut view = [0_u8; 32];
                view[..4].copy_from_slice(&(text.len() as u32).to_ne_bytes());
                view[4..8].copy_from_slice(&text[..4]);
                view[at..at + bytes.len()].copy_from_slice(bytes);
                column.buffers[1] = Some(Bytes::new(&view));
            })
        }
    };
    run("a view of no buffer", &view(8, &[9, 0, 0, 0]), 2, Ty::Text, nothing, "9");
    run("a view past its buffer", &view(12, &[1, 0, 0, 0]), 2, Ty::Text, nothing, "1..33");
    run("a view of another beginning", &view(4, b"bxxx"), 2, Ty::Text, nothing, "prefix");
    run("a view that is longer", &view(0, &[255, 255, 255, 255]), 2, Ty::Text, nothing, "0..4294967295");
    let lengths = |lengths: [i64; 2]| {
        move || {
            views().with(|column| {
                let bytes: Vec<u8> = lengths.iter().flat_map(|length| length.to_ne_bytes()).collect();
                column.buffers[4] = Some(Bytes::new(&bytes));
            })
        }
    };
    run("a buffer of negative length", &lengths([-1, 0]), 2, Ty::Text, nothing, "cannot be -1 bytes long");
    run("a buffer of huge length", &lengths([i64::MAX, 0]), 2, Ty::Text, nothing, "bytes long");
    run("a shorter buffer", &lengths([4, 0]), 2, Ty::Text, nothing, "0..32");
    run("no lengths", &views, 2, Ty::Text, |_, array| *buffer(child(array), 4) = null(), "its buffer 4 is NULL");
    run("no texts", &views, 2, Ty::Text, |_, array| *buffer(child(array), 2) = null(), "its buffer 2 is NULL");
    run("too few", &views, 2, Ty::Text, |_, array| child(array).n_buffers = 2, "it has 2 buffers");
    run("too many", &views, 2, Ty::Text, |_, array| child(array).n_buffers = i64::MAX, "buffers, and its type");

    let key = |key: i8| move || PLAIN.dictionary(&[Some(0), Some(key)], texts());
    run("a key past the end", &key(2), 2, Ty::Text, nothing, "out of bounds: 2");
    run("a negative key", &key(-1), 2, Ty::Text, nothing, "out of bounds: -1");
    run(
        "no dictionary",
        &coded,
        2,
        Ty::Text,
        |_, array| child(array).dictionary = null_mut(),
        "its dictionary is NULL",
    );
    // SAFETY: the dictionary is there.
    let dictionary: Change = |_, array| unsafe { (*child(array).dictionary).n_buffers = 2 };
    run(
        "a wrong dictionary",
        &coded,
        2,
        Ty::Text,
        dictionary,
        "its dictionary: it has 2 buffers, and its type Utf8 has 3",
    );
    let float: Change = |schema, _| first(schema).format = c"g".as_ptr();
    run("keys that are no integers", &coded, 2, Ty::Text, float, "the column `x` has the format `g`");
    let inside: Change = |schema, _| {
        // SAFETY: the dictionary is there.
        unsafe { (*first(schema).dictionary).format = c"+zz".as_ptr() }
    };
    run("a dictionary of what is not known", &coded, 2, Ty::Text, inside, "the column `x` has the format `c`");

    run(
        "no members",
        &listed,
        2,
        Ty::Texts,
        |_, array| child(array).children = null_mut(),
        "its one child is not there",
    );
    run("no members", &listed, 2, Ty::Texts, |_, array| child(array).n_children = 0, "its one child is not there");
    // SAFETY: the members are there.
    let members: Change = |_, array| unsafe { *child(array).children = null_mut() };
    run("members that are NULL", &listed, 2, Ty::Texts, members, "its child is NULL");
    let members: Change = |_, array| child(child(array)).length = 1;
    run("too few members", &listed, 2, Ty::Texts, members, "offset");
    let members: Change = |_, array| child(child(array)).n_buffers = 2;
    run("wrong members", &listed, 2, Ty::Texts, members, "its members: it has 2 buffers");
    let ends = |ends: &'static [i32]| {
        move || {
            listed().with(|column| {
                let bytes: Vec<u8> = ends.iter().flat_map(|end| end.to_ne_bytes()).collect();
                column.buffers[1] = Some(Bytes::new(&bytes));
            })
        }
    };
    run("lists that descend", &ends(&[0, 2, 1]), 2, Ty::Texts, nothing, "offset");
    run("lists past their members", &ends(&[0, 1, i32::MAX]), 2, Ty::Texts, nothing, "offset");
    run("lists before their members", &ends(&[-1, 1, 2]), 2, Ty::Texts, nothing, "offset");
}

#[test]
fn types_nested_too_deeply() {
    let deep = |levels: usize| {
        let mut column = PLAIN.texts("u", &[Some(b"a")]);
        for _ in 0..levels {
            column = PLAIN.lists("+l", &[Some(1)], column);
        }
        Array::rows(vec![column], 1)
    };
    let error = hand_over(&one(Ty::Text), || deep(3), |_, _| {}).unwrap_err();
    assert!(error.starts_with("the column `x` is of type List("), "{error}");
    for levels in [16, 50] {
        let error = hand_over(&one(Ty::Text), || deep(levels), |_, _| {}).unwrap_err();
        assert_eq!(error, "the schema is not one of columns: types are nested too deeply");
    }
}
