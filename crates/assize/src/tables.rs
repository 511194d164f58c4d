//! Results as columns: for files, and as Arrow streams.
