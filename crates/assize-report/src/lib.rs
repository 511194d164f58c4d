//! Diagnostics and results for people and programs: terminal text and JSON.

pub mod diagnostics;
