//! Small integers that name things of one program.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// From an index; saturates, which the caps on a program's size keep from happening.
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
        }
    )*};
}

ids! {
    /// A node of the program's expression arena.
    NodeId,
    /// A place where expressions are worked out: once a run, once a record, or once a child of a record.
    ScopeId,
    /// A record declaration.
    RecordId,
    /// A field, within its record.
    FieldId,
    /// A code list.
    ListId,
    /// A parameter.
    ParamId,
    /// A `let`.
    LetId,
    /// A category.
    CategoryId,
    /// A category worked out in one scope.
    DecisionId,
    /// A measure.
    MeasureId,
    /// An indicator.
    IndicatorId,
    /// An evaluation.
    EvaluationId,
    /// A function.
    FunctionId,
    /// A look-up.
    LookupId,
    /// A compiled text pattern.
    PatternId,
    /// A source file.
    FileId,
}

/// A code, within its list, in declared order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl Code {
    /// No code: what `otherwise none` gives. Only outcomes of categories take it.
    pub const NONE: Self = Self(u16::MAX);

    /// As an index into the list's codes.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
