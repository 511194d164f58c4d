//! One record from loose values or a JSON object, read as a file's cells are.
