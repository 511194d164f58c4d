//! A whole evaluation asked for in JSON.
