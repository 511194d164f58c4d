//! Values in and out of scripts.

use super::engine::{decimal_of, decimal_to};
use super::{Arg, is_data};
use crate::civil::{Date, DateTime, Duration, Time};
use crate::ids::Code;
use crate::ty::Ty;
use crate::value::Value;
use rhai::{Array, Dynamic, ImmutableString};

fn name(names: &[ImmutableString], code: Code) -> Dynamic {
    // No code is `none` here as it is in the language.
    names.get(code.index()).cloned().map_or_else(|| Dynamic::from(ImmutableString::from("none")), Dynamic::from)
}

/// An argument; `names` are those of its list's codes.
pub fn to_rhai(arg: Arg<'_>, names: &[ImmutableString]) -> Dynamic {
    match arg {
        Arg::Missing => Dynamic::UNIT,
        Arg::Boolean(value) => value.into(),
        Arg::Integer(value) => value.into(),
        Arg::Decimal(value) => decimal_to(value).map_or(Dynamic::UNIT, Dynamic::from),
        Arg::Text(value) => Dynamic::from(ImmutableString::from(value)),
        Arg::Date(value) => Dynamic::from(value),
        Arg::Time(value) => Dynamic::from(value),
        Arg::DateTime(value) => Dynamic::from(value),
        Arg::Duration(value) => Dynamic::from(value),
        Arg::Code(code) => name(names, code),
        Arg::Codes(codes) => codes.iter().map(|&code| name(names, code)).collect::<Array>().into(),
        Arg::Texts(texts) => {
            texts.iter().map(|text| Dynamic::from(ImmutableString::from(&**text))).collect::<Array>().into()
        }
    }
}

/// A result of a type; `names` are those of its list's codes. `None` where it is not of the type.
pub fn from_rhai(value: Dynamic, ty: Ty, names: &[ImmutableString]) -> Option<Value> {
    if !is_data(&value) {
        return None;
    }
    let code = |value: &Dynamic| {
        let text = value.clone().into_immutable_string().ok()?;
        let at = names.iter().position(|name| *name == text)?;
        u16::try_from(at).ok().map(Code)
    };
    Some(match ty {
        Ty::Boolean => Value::Boolean(value.as_bool().ok()?),
        Ty::Integer => Value::Integer(value.as_int().ok()?),
        Ty::Decimal => Value::Decimal(match value.as_int() {
            Ok(whole) => crate::decimal::Decimal::from_i64(whole),
            Err(_) => decimal_of(value.as_decimal().ok()?)?,
        }),
        Ty::Text => Value::Text(value.into_immutable_string().ok()?.as_str().into()),
        Ty::Date => Value::Date(value.try_cast::<Date>()?),
        Ty::Time => Value::Time(value.try_cast::<Time>()?),
        Ty::DateTime => Value::DateTime(value.try_cast::<DateTime>()?),
        Ty::Duration => Value::Duration(value.try_cast::<Duration>()?),
        Ty::Code(list) => Value::Code(list, code(&value)?),
        Ty::Codes(list) => {
            let members = value.into_array().ok()?;
            Value::codes(list, members.iter().map(code).collect::<Option<_>>()?)
        }
        Ty::Texts => {
            let members = value.into_array().ok()?;
            let text = |value: Dynamic| Some(value.into_immutable_string().ok()?.as_str().into());
            Value::texts(members.into_iter().map(text).collect::<Option<_>>()?)
        }
    })
}
