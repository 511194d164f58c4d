//! Results as JSON: the groups of an audit.

use crate::json::{ByJson, Map, PeriodJson, Seq};
use assize::measures::{AuditGroup, BreakdownValue, Foreseen, SHARES, Share};
use assize::model::program::Program;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A group: its numbers, shares, calibration and area. Of one that is withheld, no numbers.
pub struct GroupJson<'a> {
    pub program: &'a Program,
    pub group: AuditGroup,
}

impl Serialize for GroupJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { program, group } = self;
        let mut map = serializer.serialize_map(None)?;
        let by = group.by.iter().map(|(name, value)| (&**name, ByJson(program, value)));
        map.serialize_entry("by", &Map(by.collect()))?;
        map.serialize_entry("all", &(group.all || group.by.is_empty()))?;
        if let Some(period) = &group.period {
            map.serialize_entry("period", &PeriodJson(period))?;
        }
        map.serialize_entry("state", if group.withheld { "withheld" } else { "known" })?;
        if group.withheld {
            return map.end();
        }
        let counts = [
            ("n", group.n),
            ("true_positive", group.true_positive),
            ("false_positive", group.false_positive),
            ("false_negative", group.false_negative),
            ("true_negative", group.true_negative),
            ("not_decided", group.not_decided),
            ("censored", group.censored),
            ("left_out", group.left_out),
        ];
        for (name, count) in counts {
            map.serialize_entry(name, &count)?;
        }
        for (name, share) in SHARES.iter().zip(&group.shares) {
            map.serialize_entry(name, &share_json(share))?;
        }
        map.serialize_entry("auc", &group.auc.map(|auc| format!("{auc:.4}")))?;
        if let Some(foreseen) = &group.foreseen {
            map.serialize_entry("expected_over_observed", &foreseen_json(foreseen))?;
        }
        let code = |(value, share): &(BreakdownValue, Share)| CodeJson { program, value: value.clone(), share: *share };
        map.serialize_entry("calibration", &Seq(&group.calibration, code))?;
        map.end()
    }
}

fn share_json(share: &Share) -> serde_json::Value {
    let (value, lower, upper) = share.shown();
    serde_json::json!({
        "numerator": share.over, "denominator": share.under, "value": value, "lower": lower, "upper": upper,
    })
}

fn foreseen_json(foreseen: &Foreseen) -> serde_json::Value {
    let (expected, value, lower, upper) = foreseen.shown();
    serde_json::json!({
        "records": foreseen.records, "expected": expected, "observed": foreseen.observed,
        "value": value, "lower": lower, "upper": upper,
    })
}

struct CodeJson<'a> {
    program: &'a Program,
    value: BreakdownValue,
    share: Share,
}

impl Serialize for CodeJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", &ByJson(self.program, &self.value))?;
        map.serialize_entry("observed", &share_json(&self.share))?;
        map.end()
    }
}
