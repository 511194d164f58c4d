//! Comparisons of two rule sets, for people and for programs.
//!
//! # As JSON
//!
//! [`to_json`] gives one object. Counts are numbers, decimals are texts, and what is not there is `null`:
//!
//! ```json
//! {
//!   "engine": "0.1.0",
//!   "old": { "ruleset": "demo", "version": "1", "hash": "blake3:…", "as_of": "2026-06-01", "parameters": { "many": "2" } },
//!   "new": { "ruleset": "demo", "version": "2", "hash": "blake3:…", "as_of": "2026-06-01", "parameters": { "many": "3" } },
//!   "changes": { … as of changes_to_json, without old and new … },
//!   "records": { "Person": { "old": { "read": 12, "faults": 1 }, "new": { "read": 12, "faults": 1 } } },
//!   "categories": {
//!     "level": {
//!       "of": "Person", "rows": 12, "only_old": 0, "only_new": 0,
//!       "moved": 5, "state_changed": 0, "stayed": 7, "same_for_other_reasons": 1,
//!       "cells": [
//!         { "old": { "value": "middle", "state": "decided" }, "new": { "value": "high", "state": "decided" },
//!           "change": "value", "count": 3, "keys": ["P3", "P4"],
//!           "reasons": [ { "old": ["some"], "new": ["some"], "count": 3 } ], "reasons_unlisted": 0 }
//!       ],
//!       "unlisted": { "value": 0, "state": 0, "nothing": 0 },
//!       "codes": []
//!     }
//!   },
//!   "other_categories": { "only_old": ["gone"], "only_new": [], "unlike": [ { "name": "c", "old": "P", "new": "Q" } ] },
//!   "measures": {
//!     "share": {
//!       "of": "Person", "same_form": true, "breakdowns": null, "changed": 1,
//!       "rows": [
//!         { "by": { "level": "high" }, "changed": true,
//!           "old": { "numerator": 2, "denominator": 4, "value": "50.0", "state": "known" },
//!           "new": { "numerator": 1, "denominator": 5, "value": "20.0", "state": "known" },
//!           "difference": "-30.0" }
//!       ]
//!     }
//!   },
//!   "other_measures": { "only_old": [], "only_new": [], "unlike": [] }
//! }
//! ```
//!
//! `value` is a code, `none`, `null` where there is none, or a list of codes under `hit all`; `change` is `value`, `state`
//! or `nothing`. `codes` is there under `hit all`: `{ "code", "kept", "lost", "gained" }`. A row's `by` and `period` are
//! those of the results; `old` or `new` is `null` where that side has no such row; `breakdowns` are the names on either
//! side, where they are not the same.
//!
//! [`changes_to_json`] gives the declarations alone:
//!
//! ```json
//! {
//!   "old": { "ruleset": "demo", "version": "1", "hash": "blake3:…" }, "new": { … },
//!   "same_text": false, "meaning": true,
//!   "declarations": [
//!     { "kind": "parameter", "name": "many", "change": "changed", "meaning": true, "through": false,
//!       "details": [ { "part": "default", "old": "2", "new": "3", "meaning": true } ] }
//!   ],
//!   "affected": [ { "kind": "category", "name": "level" } ]
//! }
//! ```

mod json;
mod text;

pub use json::{changes_to_json, to_json};
pub use text::{changes_to_text, to_text};
