//! Standardised rates: those that there would be with the strata of a standard population (direct), and what was
//! observed over what a standard's rates would give (indirect).

use crate::interval::{Level, byar, poisson};
use crate::table::{RowState, Withheld};
use crate::value::BreakdownValue;
use assize_model::absence::{Absence, Fault};
use assize_model::decimal::Decimal;
use assize_model::function::Arg;
use assize_model::lookup::Lookup;
use assize_model::measure::Standardised;
use assize_model::value::Value;

/// With fewer events a standardised rate is withheld: neither it nor its interval means anything (Association of Public
/// Health Observatories, Technical Briefing 3, 2008).
const LEAST_EVENTS: u64 = 10;

/// What was counted in one stratum.
pub(crate) struct Stratum {
    pub values: Vec<BreakdownValue>,
    pub over: Result<Decimal, Fault>,
    pub under: Result<Decimal, Fault>,
}

/// A standardised rate; none where a stratum of the standard has nothing under the line.
pub(crate) struct Rate {
    pub value: Option<Decimal>,
    pub ends: Option<(f64, f64)>,
}

/// The rate of strata.
///
/// Direct: Σ wᵢ Oᵢ/nᵢ / Σ wᵢ × per, with the weights wᵢ of the look-up; its interval is Byar's of all events, scaled by
/// the rate's own variance Σ wᵢ² Oᵢ/nᵢ² / (Σ wᵢ)² (A. J. Dobson et al., Statistics in Medicine 10, 1991).
/// Indirect: Σ Oᵢ / Σ nᵢ rᵢ × per, with the rates rᵢ of the look-up, events for each one under the line.
pub(crate) fn standardised(
    of: &Standardised,
    standard: &Lookup,
    strata: &[Stratum],
    events: u64,
    level: Option<Level>,
) -> Result<Rate, RowState> {
    let mut parts = Vec::with_capacity(strata.len());
    for stratum in strata {
        let over = stratum.over.map_err(RowState::Error)?;
        let under = stratum.under.map_err(RowState::Error)?;
        // Groups of records that were not counted are of no stratum.
        if over.is_zero() && under.is_zero() {
            continue;
        }
        let weight = weight(standard, &stratum.values).ok_or(RowState::NoStandard)?;
        parts.push((weight, over, under));
    }
    let rate = if of.indirect { indirect(&parts, of.per) } else { direct(standard, &parts, of.per) };
    let value = rate.map_err(RowState::Error)?;
    if value.is_some() && events < LEAST_EVENTS {
        return Err(RowState::Withheld(Withheld::Few));
    }
    let ends = value.zip(level).and_then(|(value, level)| {
        let per = of.per.to_f64();
        let (low, high) = if events < LEAST_EVENTS { poisson(events, level) } else { byar(events, level) };
        let (value, all) = (value.to_f64(), events as f64);
        if of.indirect {
            return Some((value * low / all, value * high / all));
        }
        let total = total_weight(standard)?.to_f64();
        let spread: f64 = parts
            .iter()
            .map(|(weight, over, under)| {
                let share = weight.to_f64() / total / under.to_f64();
                share * share * over.to_f64()
            })
            .sum();
        let scale = libm::sqrt(spread / all) * per;
        Some((value + scale * (low - all), value + scale * (high - all)))
    });
    Ok(Rate { value, ends })
}

fn direct(standard: &Lookup, parts: &[(Decimal, Decimal, Decimal)], per: Decimal) -> Result<Option<Decimal>, Fault> {
    let Some(total) = total_weight(standard) else { return Ok(None) };
    // Every stratum that the standard gives weight to must have been counted among.
    let needed =
        standard.rows().iter().filter(|row| number(&row.value).is_some_and(|weight| !weight.is_zero())).count();
    let there = parts.iter().filter(|(weight, _, under)| !weight.is_zero() && !under.is_zero()).count();
    if total.is_zero() || there < needed {
        return Ok(None);
    }
    let mut sum = Decimal::ZERO;
    for (weight, over, under) in parts.iter().filter(|(weight, ..)| !weight.is_zero()) {
        sum = sum.add(weight.mul(*over)?.div(*under)?)?;
    }
    sum.mul(per)?.div(total).map(Some)
}

fn indirect(parts: &[(Decimal, Decimal, Decimal)], per: Decimal) -> Result<Option<Decimal>, Fault> {
    let (mut observed, mut expected) = (Decimal::ZERO, Decimal::ZERO);
    for (rate, over, under) in parts {
        observed = observed.add(*over)?;
        expected = expected.add(rate.mul(*under)?)?;
    }
    if expected.is_zero() { Ok(None) } else { observed.mul(per)?.div(expected).map(Some) }
}

/// All weights of the standard.
fn total_weight(standard: &Lookup) -> Option<Decimal> {
    standard
        .rows()
        .iter()
        .filter_map(|row| number(&row.value))
        .try_fold(Decimal::ZERO, |sum, weight| sum.add(weight).ok())
}

fn number<E>(value: &Result<Value, E>) -> Option<Decimal> {
    match value {
        Ok(Value::Integer(value)) => Some(Decimal::from_i64(*value)),
        Ok(Value::Decimal(value)) => Some(*value),
        _ => None,
    }
}

/// What the standard has for a stratum.
fn weight(standard: &Lookup, values: &[BreakdownValue]) -> Option<Decimal> {
    let args: Vec<Result<Arg<'_>, Absence>> = values.iter().map(|value| arg(value).ok_or(Absence::UNKNOWN)).collect();
    number(&standard.find(&args).cloned())
}

fn arg(value: &BreakdownValue) -> Option<Arg<'_>> {
    Some(match value {
        BreakdownValue::Code(_, code) => Arg::Code(*code),
        BreakdownValue::Boolean(value) => Arg::Boolean(*value),
        BreakdownValue::Integer(value) => Arg::Integer(*value),
        BreakdownValue::Decimal(value) => Arg::Decimal(*value),
        BreakdownValue::Text(text) => Arg::Text(text),
        BreakdownValue::Date(date) => Arg::Date(*date),
        BreakdownValue::Time(time) => Arg::Time(*time),
        BreakdownValue::DateTime(at) => Arg::DateTime(*at),
        BreakdownValue::NoCode | BreakdownValue::Missing(_) | BreakdownValue::Error => return None,
    })
}
