//! What Assize rules mean: types and values, reasons for missing values, exact decimals, civil dates, the scalar
//! operators, columns, and the typed program that both evaluators run.

pub mod absence;
pub mod bounds;
pub mod build;
pub mod choose;
pub mod civil;
pub mod column;
pub mod decimal;
pub mod dump;
pub mod evaluation;
pub mod evaluation_text;
pub mod form;
pub mod function;
pub mod grid;
pub mod ids;
pub mod kind;
pub mod lane;
pub mod lookup;
pub mod measure;
pub mod movement;
pub mod node;
pub mod order;
pub mod period;
pub mod program;
pub mod read;
pub mod score;
pub mod sum;
pub mod text;
pub mod ty;
pub mod value;
pub mod verify;
