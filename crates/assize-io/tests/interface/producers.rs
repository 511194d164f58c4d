//! Structs that are not there, producers that fail, and the streams of results.

use super::*;

#[test]
fn structs_that_are_not_there() {
    let make = || Array::rows(vec![PLAIN.fixed("l", &raw!(i64: Some(1)))], 1);
    // SAFETY: NULL is taken.
    let error = unsafe { Rows::from_stream(null_mut()) }.unwrap_err();
    assert_eq!((error.to_string(), error), ("the stream is NULL".to_owned(), InterfaceError::Null("the stream")));
    let mut released = ArrowArrayStream::released();
    // SAFETY: a stream that was released.
    let error = unsafe { Rows::from_stream(&raw mut released) }.unwrap_err();
    assert_eq!(error.to_string(), "the stream was released, or handed to another owner, before");

    let odd = (&raw mut released).wrapping_byte_add(1);
    // SAFETY: nothing is there, which is seen before it is looked at; so it is below.
    let error = unsafe { Rows::from_stream(odd) }.unwrap_err();
    assert_eq!(error.to_string(), "the stream is not aligned");
    // SAFETY: as above.
    let error = unsafe { Rows::from_array(odd.cast(), odd.cast()) }.unwrap_err();
    assert_eq!(error, InterfaceError::Misaligned("the schema"));

    // Of two, the one that is there is released.
    let ledger = Ledger::default();
    let mut array = make().array(&ledger);
    // SAFETY: NULL is taken; an array.
    let error = unsafe { Rows::from_array(null_mut(), &raw mut array) }.unwrap_err();
    assert_eq!(error, InterfaceError::Null("the schema"));
    let mut array = make().array(&ledger);
    let mut gone = ArrowSchema::released();
    // SAFETY: a schema that was released; an array.
    let error = unsafe { Rows::from_array(&raw mut gone, &raw mut array) }.unwrap_err();
    assert_eq!(error, InterfaceError::Released("schema"));
    let mut schema = make().schema(&ledger);
    // SAFETY: a schema; NULL is taken.
    let error = unsafe { Rows::from_array(&raw mut schema, null_mut()) }.unwrap_err();
    assert_eq!(error, InterfaceError::Null("the array"));
    let mut schema = make().schema(&ledger);
    let mut gone = ArrowArray::released();
    // SAFETY: a schema; an array that was released.
    let error = unsafe { Rows::from_array(&raw mut schema, &raw mut gone) }.unwrap_err();
    assert_eq!(error, InterfaceError::Released("array"));
    // SAFETY: both NULL.
    assert!(unsafe { Rows::from_array(null_mut(), null_mut()) }.is_err());
    ledger.settle();

    // Handed over twice.
    let ledger = Ledger::default();
    let (mut schema, mut array) = (make().schema(&ledger), make().array(&ledger));
    // SAFETY: a schema and an array of it; the second time both are marked as released.
    let (first, second) = unsafe {
        let first = Rows::from_array(&raw mut schema, &raw mut array);
        (first, Rows::from_array(&raw mut schema, &raw mut array))
    };
    assert_eq!(second.unwrap_err(), InterfaceError::Released("schema"));
    assert_eq!(shown(&read(first.unwrap(), &one(Ty::Integer)).unwrap()), ["1"]);
    ledger.settle();
}

#[test]
fn producers_that_fail() {
    let make = || Array::rows(vec![PLAIN.fixed("l", &raw!(i64: Some(1), Some(2)))], 2);
    let said = |text: &'static [u8]| {
        move |producer: &mut foreign::Producer| {
            producer.error = (!text.is_empty()).then(|| CString::new(text).unwrap());
        }
    };
    let texts: [(&'static [u8], &str); 3] =
        [(b"the disk is gone", "the disk is gone"), (b"", "error 5"), (b"\xff!", "\u{fffd}!")];
    for (text, words) in texts {
        let ledger = Ledger::default();
        let mut schemaless = stream(&ledger, Some(Err(5)), [Ok(make().array(&ledger))], said(text));
        // SAFETY: a stream.
        let error = unsafe { Rows::from_stream(&raw mut schemaless) }.unwrap_err();
        assert_eq!(error.to_string(), format!("the producer of the columns failed: {words}"));
        ledger.settle();

        let ledger = Ledger::default();
        let arrays = [Ok(make().array(&ledger)), Err(5), Ok(make().array(&ledger))];
        let mut broken = stream(&ledger, Some(Ok(make().schema(&ledger))), arrays, said(text));
        // SAFETY: a stream.
        let rows = unsafe { Rows::from_stream(&raw mut broken) }.unwrap();
        let mut reader = Reader::from_rows(rows, &one(Ty::Integer), FIRST, &Options::default()).unwrap();
        assert_eq!(reader.next_batch(10).unwrap().unwrap().table.rows, 2);
        let error = reader.next_batch(10).err().unwrap();
        assert_eq!(error.to_string(), format!("after row 2: the producer of the columns failed: {words}"));
        assert!(reader.next_batch(10).unwrap().is_none(), "after an error it is not asked again");
        drop(reader);
        ledger.settle();
    }
    type Alter = fn(&mut ArrowArrayStream);
    let without: [(Alter, &str); 3] = [
        (|stream| stream.get_schema = None, "`get_schema` of the stream is NULL"),
        (|stream| stream.get_next = None, "after row 0: `get_next` of the stream is NULL"),
        (|stream| stream.get_last_error = None, "after row 0: the producer of the columns failed: error 7"),
    ];
    for (alter, words) in without {
        let ledger = Ledger::default();
        let mut lacking = stream(&ledger, Some(Ok(make().schema(&ledger))), [Err(7)], |_| {});
        alter(&mut lacking);
        // SAFETY: a stream but for one function.
        let rows = unsafe { Rows::from_stream(&raw mut lacking) }.map_err(|error| error.to_string());
        let error = rows.and_then(|rows| read(rows, &one(Ty::Integer))).err().unwrap();
        assert_eq!(error, words);
        ledger.settle();
    }
    // All went well, it says, and there is no schema.
    let ledger = Ledger::default();
    let mut silent = stream(&ledger, None, [Ok(make().array(&ledger))], |_| {});
    // SAFETY: a stream.
    let error = unsafe { Rows::from_stream(&raw mut silent) }.unwrap_err();
    assert_eq!(error, InterfaceError::Released("schema"));
    ledger.settle();
    // Arrays of another schema than was said: the first is read, the second refused.
    let ledger = Ledger::default();
    let other = Array::rows(vec![PLAIN.texts("u", &[Some(b"a")])], 1);
    let arrays = [Ok(make().array(&ledger)), Ok(other.array(&ledger))];
    let mut mixed = stream(&ledger, Some(Ok(make().schema(&ledger))), arrays, |_| {});
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut mixed) }.unwrap();
    let error = read(rows, &one(Ty::Integer)).err().unwrap();
    assert_eq!(
        error,
        "after row 2: the column `x` is not as its type says: it has 3 buffers, and its type Int64 has 2"
    );
    ledger.settle();
}

#[test]
fn a_fault_of_the_rules_side_releases_too() {
    let ledger = Ledger::default();
    let make = || Array::rows(vec![PLAIN.fixed("l", &raw!(i64: Some(1)))], 1);
    let mut unwanted = stream(&ledger, Some(Ok(make().schema(&ledger))), [Ok(make().array(&ledger))], |_| {});
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut unwanted) }.unwrap();
    let program = program(vec![], vec![]);
    let error = Reader::from_rows(rows, &program, FIRST, &Options::default()).err().unwrap();
    assert!(matches!(error, OpenError::NoSuchRecord));
    ledger.settle();
}

/// Results as a stream come back as rows.
#[test]
fn out_and_in_again() {
    let fields = [OutField { name: "x".into(), ty: OutType::Integer }];
    let batch = |values: Vec<i64>| {
        let columns = [assize_io::out::OutColumn { values: assize_io::out::OutValues::Integer(&values), known: None }];
        assize_io::out::record_batch(&fields, &columns, values.len()).map_err(|error| error.to_string())
    };
    let batches = vec![batch(vec![1, 2]), batch(vec![]), batch(vec![3]), Err("no more memory for ghosts".to_owned())];
    let mut place = ArrowArrayStream::released();
    // SAFETY: a place for a stream.
    unsafe { export(&fields, batches.into_iter(), &raw mut place) };
    // SAFETY: a stream.
    let rows = unsafe { Rows::from_stream(&raw mut place) }.unwrap();
    let mut reader = Reader::from_rows(rows, &one(Ty::Integer), FIRST, &Options::default()).unwrap();
    let read: Vec<Batch> = (0..2).map(|_| reader.next_batch(10).unwrap().unwrap()).collect();
    assert_eq!(shown(&read), ["1", "2", "3"]);
    let error = reader.next_batch(10).err().unwrap().to_string();
    assert!(
        error.starts_with("after row 3: the producer of the columns failed") && error.contains("ghosts"),
        "{error}"
    );
    // One whose making panics, one whose words cannot be C's, and one that is dropped unread.
    let panics = || (0..2).map(|at| if at == 0 { panic!("a fault") } else { Err("more".to_owned()) });
    for (batches, words) in [
        (Box::new(panics()) as Box<dyn Iterator<Item = _> + Send>, "a fault of the library"),
        (Box::new(std::iter::once(Err("half\0of it".to_owned()))), "half\u{fffd}of it"),
    ] {
        let mut place = ArrowArrayStream::released();
        // SAFETY: a place for a stream; the stream.
        let rows = unsafe {
            export(&fields, batches, &raw mut place);
            Rows::from_stream(&raw mut place)
        };
        let error = self::read(rows.unwrap(), &one(Ty::Integer)).err().unwrap();
        assert!(error.contains(words), "{error}");
    }
    let mut place = ArrowArrayStream::released();
    // SAFETY: a place for a stream; the stream, once.
    unsafe {
        export(&fields, std::iter::empty(), &raw mut place);
        place.release.unwrap()(&raw mut place);
    }
}
