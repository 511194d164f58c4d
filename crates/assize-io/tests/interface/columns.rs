//! Columns by hand: every type, beginning wherever its array does.

use super::*;

/// Bits, after so many that mean nothing.
pub fn bits(front: usize, bits: impl IntoIterator<Item = bool>) -> Bytes {
    let all: Vec<bool> = (0..front).map(|at| at % 3 == 0).chain(bits).collect();
    let mut bytes = vec![0_u8; all.len().div_ceil(8)];
    for (at, _) in all.iter().enumerate().filter(|(_, bit)| **bit) {
        bytes[at / 8] |= 1 << (at % 8);
    }
    Bytes::new(&bytes)
}

/// A column whose array begins with so many values that its offset leaves out, and so many that the rows leave out.
#[derive(Clone, Copy)]
pub struct Front {
    pub offset: usize,
    pub rows: usize,
}

impl Front {
    pub fn all(self) -> usize {
        self.offset + self.rows
    }

    pub fn array<T>(self, format: &str, values: &[Option<T>], buffers: Vec<Option<Bytes>>) -> Array {
        let validity = values.iter().any(Option::is_none).then(|| bits(self.all(), values.iter().map(Option::is_some)));
        let buffers = std::iter::once(validity).chain(buffers).collect();
        Array::new(format, values.len() + self.rows, buffers).with(|array| array.offset = self.offset as i64)
    }

    /// Of a fixed width; what is in front, and where there is no value, is any bytes.
    pub fn fixed<const N: usize>(self, format: &str, values: &[Option<[u8; N]>]) -> Array {
        let junk = vec![[0xa5; N]; self.all()];
        let all: Vec<u8> =
            junk.into_iter().chain(values.iter().map(|value| value.unwrap_or([0x5a; N]))).flatten().collect();
        self.array(format, values, vec![Some(Bytes::new(&all))])
    }

    pub fn booleans(self, values: &[Option<bool>]) -> Array {
        let bytes = bits(self.all(), values.iter().map(|value| value.unwrap_or(true)));
        self.array("b", values, vec![Some(bytes)])
    }

    /// Of `u` or `z`, or of `U` or `Z`.
    pub fn texts(self, format: &str, values: &[Option<&[u8]>]) -> Array {
        let all = (0..self.all()).map(|_| &b"junk"[..]).chain(values.iter().map(|value| value.unwrap_or(b"")));
        let (mut ends, mut bytes) = (vec![0], Vec::new());
        for text in all {
            bytes.extend_from_slice(text);
            ends.push(bytes.len() as i64);
        }
        let wide = format.chars().all(char::is_uppercase);
        let narrow = |end: &i64| (*end as i32).to_ne_bytes();
        let ends: Vec<u8> = if wide {
            ends.iter().flat_map(|end| end.to_ne_bytes()).collect()
        } else {
            ends.iter().flat_map(narrow).collect()
        };
        self.array(format, values, vec![Some(Bytes::new(&ends)), Some(Bytes::new(&bytes))])
    }

    /// Of `vu` or `vz`: short texts in the views, long ones in one of two buffers.
    pub fn views(self, format: &str, values: &[Option<&[u8]>]) -> Array {
        let all = (0..self.all()).map(|_| &b"junk"[..]).chain(values.iter().map(|value| value.unwrap_or(b"")));
        let (mut views, mut buffers) = (Vec::new(), [Vec::new(), Vec::new()]);
        for (at, text) in all.enumerate() {
            let mut view = [0_u8; 16];
            view[..4].copy_from_slice(&(text.len() as u32).to_ne_bytes());
            if text.len() <= 12 {
                view[4..4 + text.len()].copy_from_slice(text);
            } else {
                let which = at % 2;
                view[4..8].copy_from_slice(&text[..4]);
                view[8..12].copy_from_slice(&(which as u32).to_ne_bytes());
                view[12..].copy_from_slice(&(buffers[which].len() as u32).to_ne_bytes());
                buffers[which].extend_from_slice(text);
            }
            views.extend_from_slice(&view);
        }
        let lengths: Vec<u8> = buffers.iter().flat_map(|buffer| (buffer.len() as i64).to_ne_bytes()).collect();
        let [first, second] = &buffers;
        let buffers = [&views, first, second, &lengths].map(|bytes| Some(Bytes::new(bytes)));
        self.array(format, values, buffers.into())
    }

    /// Which of the dictionary's values each row has.
    pub fn dictionary(self, keys: &[Option<i8>], values: Array) -> Array {
        let keys: Vec<Option<[u8; 1]>> = keys.iter().map(|key| key.map(i8::to_ne_bytes)).collect();
        self.fixed("c", &keys).with(|array| array.dictionary = Some(Box::new(values)))
    }

    /// Lists of `+l` or `+L`, of the members' array by their ends.
    pub fn lists(self, format: &str, ends: &[Option<i64>], members: Array) -> Array {
        let mut last = 0;
        let mut all = vec![0; self.all() + 1];
        for end in ends {
            last = end.unwrap_or(last);
            all.push(last);
        }
        let bytes: Vec<u8> = if format == "+L" {
            all.iter().flat_map(|end| end.to_ne_bytes()).collect()
        } else {
            all.iter().flat_map(|end| (*end as i32).to_ne_bytes()).collect()
        };
        self.array(format, ends, vec![Some(Bytes::new(&bytes))]).with(|array| array.children.push(members))
    }
}

pub const PLAIN: Front = Front { offset: 0, rows: 0 };

macro_rules! raw {
    ($ty:ty: $($value:expr),*) => {{
        fn bytes(value: Option<$ty>) -> Option<[u8; size_of::<$ty>()]> {
            value.map(<$ty>::to_ne_bytes)
        }
        [$(bytes($value)),*]
    }};
}

/// A column of every type with what it must be read as.
pub fn every_type(front: Front) -> Vec<(Array, Ty, &'static [&'static str])> {
    let some = |text: &'static str| Some(text.as_bytes());
    let texts = [some("alpha"), None, some("b"), some("a text of more than twelve bytes"), some("é")];
    let as_texts: &[&str] = &["alpha", "-", "b", "a text of more than twelve bytes", "é"];
    let small: &[&str] = &["5", "-", "-7"];
    let unsigned: &[&str] = &["5", "-", "200"];
    let instant: &[&str] = &["1970-01-01T00:01:30Z", "-"];
    let codes = || PLAIN.texts("u", &[some("a"), some("b"), some("U")]);
    let coded = [Some(0), Some(1), None, Some(0), Some(2)];
    let as_codes: &[&str] = &["a", "b", "-", "a", "-"];
    let members = || PLAIN.texts("u", &[some("b"), some("a"), some("a"), some("c")]);
    let sets: &[&str] = &["a+b", "", "-", "a+c"];
    vec![
        (front.fixed("c", &raw!(i8: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("s", &raw!(i16: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("i", &raw!(i32: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("l", &raw!(i64: Some(5), None, Some(-7))), Ty::Integer, small),
        (front.fixed("C", &raw!(u8: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (front.fixed("S", &raw!(u16: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (front.fixed("I", &raw!(u32: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (front.fixed("L", &raw!(u64: Some(5), None, Some(200))), Ty::Integer, unsigned),
        (
            front.fixed("l", &raw!(i64: Some(1), Some(i64::MIN), Some(i64::MAX))),
            Ty::Integer,
            &["1", "-9223372036854775808", "9223372036854775807"],
        ),
        (front.fixed("L", &raw!(u64: Some(u64::MAX), Some(1))), Ty::Integer, &["!", "1"]),
        (
            front.fixed("g", &raw!(f64: Some(3.0), Some(f64::NAN), None, Some(-1.0))),
            Ty::Integer,
            &["3", "-", "-", "-1"],
        ),
        (
            front.fixed("g", &raw!(f64: Some(0.1), Some(f64::NAN), None, Some(2.5))),
            Ty::Decimal,
            &["0.1", "-", "-", "2.5"],
        ),
        (front.fixed("f", &raw!(f32: Some(0.1), Some(f32::NAN), None)), Ty::Decimal, &["0.1", "-", "-"]),
        (front.fixed("e", &[Some([0, 0x3c]), None, Some([0, 0x7e])]), Ty::Decimal, &["1", "-", "-"]),
        (front.fixed("d:10,2", &raw!(i128: Some(12_345), None, Some(-5))), Ty::Decimal, &["123.45", "-", "-0.05"]),
        (front.fixed("d:9,1,32", &raw!(i32: Some(15), None)), Ty::Decimal, &["1.5", "-"]),
        (front.fixed("d:18,3,64", &raw!(i64: Some(1_500), None)), Ty::Decimal, &["1.5", "-"]),
        (front.fixed("d:5,-2,128", &raw!(i128: Some(3), None)), Ty::Decimal, &["300", "-"]),
        (
            front.fixed("d:76,1,256", &[Some(std::array::from_fn(|at| u8::from(at == 0) * 15)), None::<[u8; 32]>]),
            Ty::Decimal,
            &["1.5", "-"],
        ),
        (front.booleans(&[Some(true), None, Some(false), Some(true)]), Ty::Boolean, &["true", "-", "false", "true"]),
        (
            front.fixed("tdD", &raw!(i32: Some(0), None, Some(20_513), Some(i32::MAX))),
            Ty::Date,
            &["1970-01-01", "-", "2026-03-01", "!"],
        ),
        (front.fixed("tdm", &raw!(i64: Some(86_400_000), None)), Ty::Date, &["1970-01-02", "-"]),
        (front.fixed("tss:", &raw!(i64: Some(90), None)), Ty::DateTime, instant),
        (front.fixed("tsm:UTC", &raw!(i64: Some(90_000), None)), Ty::DateTime, instant),
        (front.fixed("tsu:+01:00", &raw!(i64: Some(90_000_000), None)), Ty::DateTime, instant),
        (front.fixed("tsn:No/Such", &raw!(i64: Some(90_000_000_000), None)), Ty::DateTime, instant),
        (front.fixed("tts", &raw!(i32: Some(90), None, Some(-1))), Ty::Time, &["00:01:30", "-", "!"]),
        (front.fixed("ttm", &raw!(i32: Some(90_000), None)), Ty::Time, &["00:01:30", "-"]),
        (front.fixed("ttu", &raw!(i64: Some(90_000_000), None)), Ty::Time, &["00:01:30", "-"]),
        (front.fixed("ttn", &raw!(i64: Some(90_000_000_000), None)), Ty::Time, &["00:01:30", "-"]),
        (front.fixed("tDs", &raw!(i64: Some(90), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.fixed("tDm", &raw!(i64: Some(90_000), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.fixed("tDu", &raw!(i64: Some(90_000_000), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.fixed("tDn", &raw!(i64: Some(90_000_000_000), None)), Ty::Duration, &["1 minute 30 seconds", "-"]),
        (front.texts("u", &texts), Ty::Text, as_texts),
        (front.texts("U", &texts), Ty::Text, as_texts),
        (front.texts("z", &texts), Ty::Text, as_texts),
        (front.texts("Z", &texts), Ty::Text, as_texts),
        (front.views("vu", &texts), Ty::Text, as_texts),
        (front.views("vz", &texts), Ty::Text, as_texts),
        (front.texts("z", &[Some(b"\xff"), some("ok")]), Ty::Text, &["!", "ok"]),
        (front.dictionary(&coded, codes()), Ty::Code(LIST), as_codes),
        (front.dictionary(&coded, PLAIN.views("vu", &[some("a"), some("b"), None])), Ty::Code(LIST), as_codes),
        (
            front.dictionary(&[Some(1), None, Some(0)], PLAIN.fixed("l", &raw!(i64: Some(-7), Some(5)))),
            Ty::Integer,
            &["5", "-", "-7"],
        ),
        (front.dictionary(&[None, None], PLAIN.texts("u", &[])), Ty::Code(LIST), &["-", "-"]),
        (front.lists("+l", &[Some(2), Some(2), None, Some(4)], members()), Ty::Texts, sets),
        (front.lists("+L", &[Some(2), Some(2), None, Some(4)], members()), Ty::Texts, sets),
        (
            front.lists("+l", &[Some(2), Some(3)], PLAIN.dictionary(&[Some(1), Some(0), None], codes())),
            Ty::Texts,
            &["a+b", "-"],
        ),
        (
            Array::new("n", 3 + front.rows, vec![]).with(|array| array.offset = front.offset as i64),
            Ty::Integer,
            &["-", "-", "-"],
        ),
    ]
}

pub(crate) use raw;
