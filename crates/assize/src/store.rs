//! A folder of rule files with their effective dates, reloaded while it is in use.
