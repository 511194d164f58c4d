//! The engine: what scripts can do, and how much.

use crate::civil::{Date, DateTime, Duration, Time, Unit, Zone};
use crate::decimal::Decimal;
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage, BasicStringPackage,
    LanguageCorePackage, LogicPackage, MoreStringPackage, Package,
};
use rhai::{Engine, EvalAltResult};
use rust_decimal::MathematicalOps;

type Thrown = Box<EvalAltResult>;

/// An engine that knows the language's types. `zone` is where instants have their civil date.
pub fn engine(zone: Option<Zone>) -> Engine {
    let mut engine = Engine::new_raw();
    engine.register_global_module(LanguageCorePackage::new().as_shared_module());
    engine.register_global_module(ArithmeticPackage::new().as_shared_module());
    engine.register_global_module(LogicPackage::new().as_shared_module());
    engine.register_global_module(BasicIteratorPackage::new().as_shared_module());
    engine.register_global_module(BasicStringPackage::new().as_shared_module());
    engine.register_global_module(MoreStringPackage::new().as_shared_module());
    engine.register_global_module(BasicMathPackage::new().as_shared_module());
    engine.register_global_module(BasicArrayPackage::new().as_shared_module());
    engine.register_global_module(BasicMapPackage::new().as_shared_module());
    engine.set_max_operations(100_000);
    engine.set_max_call_levels(16);
    engine.set_max_expr_depths(64, 64);
    engine.set_max_string_size(65_536);
    // Comparing and searching arrays is one operation each, however long they are: with these at most some seconds.
    engine.set_max_array_size(1_000);
    engine.set_max_map_size(1_000);
    engine.set_max_variables(256);
    engine.set_max_functions(16);
    engine.set_strict_variables(true);
    for word in ["eval", "print", "debug", "import", "export"] {
        engine.disable_symbol(word);
    }
    engine.on_print(|_| {});
    engine.on_debug(|_, _, _| {});
    // The core of the language waits, for as long as it is told to.
    engine.register_fn("sleep", |_: i64| -> Result<(), Thrown> { Err("a function does not wait".into()) });
    angles(&mut engine);
    dates(&mut engine);
    engine.register_get("date", move |at: &mut DateTime| {
        zone.as_ref().map_or_else(|| at.utc().0, |zone| zone.date_of(*at))
    });
    engine
}

fn thrown<T>(result: Result<T, crate::absence::Fault>) -> Result<T, Thrown> {
    result.map_err(|fault| fault.message().into())
}

/// What panics in the library where it comes to no number.
fn angles(engine: &mut Engine) {
    use rust_decimal::Decimal;
    type Angle = fn(&Decimal) -> Option<Decimal>;
    let (sin, cos, tan): (Angle, Angle, Angle) = (Decimal::checked_sin, Decimal::checked_cos, Decimal::checked_tan);
    for (name, of) in [("sin", sin), ("cos", cos), ("tan", tan)] {
        engine.register_fn(name, move |x: Decimal| -> Result<Decimal, Thrown> {
            of(&x).ok_or_else(|| format!("`{name}` of {x} is no number").into())
        });
    }
}

fn dates(engine: &mut Engine) {
    engine.register_type_with_name::<Date>("date");
    engine.register_get("year", |date: &mut Date| i64::from(date.year()));
    engine.register_get("month", |date: &mut Date| i64::from(date.month()));
    engine.register_get("day", |date: &mut Date| i64::from(date.day()));
    engine.register_get("weekday", |date: &mut Date| i64::from(date.weekday()));
    macro_rules! ordered {
        ($ty:ty) => {
            engine.register_fn("==", |a: $ty, b: $ty| a == b);
            engine.register_fn("!=", |a: $ty, b: $ty| a != b);
            engine.register_fn("<", |a: $ty, b: $ty| a < b);
            engine.register_fn("<=", |a: $ty, b: $ty| a <= b);
            engine.register_fn(">", |a: $ty, b: $ty| a > b);
            engine.register_fn(">=", |a: $ty, b: $ty| a >= b);
            engine.register_fn("to_string", |a: &mut $ty| a.to_string());
        };
    }
    ordered!(Date);
    engine.register_type_with_name::<Time>("time");
    ordered!(Time);
    engine.register_get("hour", |time: &mut Time| time.micros() / 3_600_000_000);
    engine.register_get("minute", |time: &mut Time| time.micros() / 60_000_000 % 60);
    engine.register_get("second", |time: &mut Time| time.micros() / 1_000_000 % 60);
    engine.register_type_with_name::<DateTime>("datetime");
    ordered!(DateTime);
    engine.register_type_with_name::<Duration>("duration");
    engine.register_fn("==", |a: Duration, b: Duration| a == b);
    engine.register_fn("to_string", |a: &mut Duration| a.to_string());
    macro_rules! moved {
        ($name:literal, $duration:path) => {
            engine.register_fn($name, |date: Date, by: i64| -> Result<Date, Thrown> {
                // What is further than any date is stays so.
                let by = i32::try_from(by).unwrap_or(if by < 0 { -i32::MAX } else { i32::MAX });
                thrown(date.shift($duration(by.saturating_abs()), by < 0, false))
            });
        };
    }
    moved!("add_days", Duration::days);
    moved!("add_months", Duration::months);
    moved!("add_years", years);
    for (name, unit) in [("days_between", Unit::Days), ("months_between", Unit::Months), ("years_between", Unit::Years)]
    {
        engine.register_fn(name, move |from: Date, to: Date| Date::units_between(unit, from, to));
    }
}

const fn years(years: i32) -> Duration {
    Duration::months(years.saturating_mul(12))
}

/// The engine's decimal as the language's; `None` past 28 digits.
pub fn decimal_of(value: rust_decimal::Decimal) -> Option<Decimal> {
    let value = value.normalize();
    Decimal::new(value.mantissa(), u8::try_from(value.scale()).ok()?)
}

/// The language's decimal as the engine's, which holds 28 digits and more.
pub fn decimal_to(value: Decimal) -> Option<rust_decimal::Decimal> {
    rust_decimal::Decimal::try_from_i128_with_scale(value.coefficient(), u32::from(value.scale())).ok()
}
