//! Where a record ends on the ladder of a measure, and what it adds to the counts.

/// The stage a record ended in: each record ends in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Stage {
    /// The record could not be read, or a clause that it reached is in error.
    Error,
    /// `include` is `no`.
    NotIncluded,
    /// `exclude` is `yes`.
    Excluded,
    /// `eligible` is `no`.
    NotEligible,
    /// A clause that it reached has no known value.
    Unknown,
    /// In the numerator.
    Numerator,
    /// Taken out of the denominator by `except`.
    Except,
    /// In the denominator only; for a measure without a numerator, counted.
    Denominator,
    /// Eligible, and by the measure's own `numerator` and `denominator` in neither.
    Neither,
}

impl Stage {
    /// The word in results.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::NotIncluded => "not_included",
            Self::Excluded => "excluded",
            Self::NotEligible => "not_eligible",
            Self::Unknown => "unknown",
            Self::Numerator => "numerator",
            Self::Except => "except",
            Self::Denominator => "denominator",
            Self::Neither => "neither",
        }
    }
}

/// Where exactly a record leaves the ladder: all that its counts depend on. The numbers are part of the binary form of
/// a state, and fit in [`CLASS_BITS`].
pub(crate) mod class {
    /// Unreadable, or `include` in error.
    pub const ERROR_FIRST: u8 = 0;
    /// `include` is `no`.
    pub const NOT_INCLUDED: u8 = 1;
    /// `include` is unknown.
    pub const UNKNOWN_FIRST: u8 = 2;
    /// Included, then in error.
    pub const ERROR_INCLUDED: u8 = 3;
    /// `exclude` is `yes`.
    pub const EXCLUDED: u8 = 4;
    /// Included, then unknown.
    pub const UNKNOWN_INCLUDED: u8 = 5;
    /// `eligible` is `no`.
    pub const NOT_ELIGIBLE: u8 = 6;
    /// Eligible, then in error.
    pub const ERROR_ELIGIBLE: u8 = 7;
    /// Eligible, then unknown.
    pub const UNKNOWN_ELIGIBLE: u8 = 8;
    /// `except` is `yes`.
    pub const EXCEPT: u8 = 9;
    /// In the numerator and in the denominator.
    pub const NUMERATOR: u8 = 10;
    /// In the numerator only.
    pub const NUMERATOR_ONLY: u8 = 11;
    /// In the denominator only.
    pub const DENOMINATOR: u8 = 12;
    /// In neither.
    pub const NEITHER: u8 = 13;
    /// One past the last.
    pub const END: u8 = 14;
}

/// How many bits a class takes.
pub(crate) const CLASS_BITS: u32 = 4;

/// The stage of a class.
pub(crate) const fn stage_of_class(class: u8) -> Stage {
    match class & ((1 << CLASS_BITS) - 1) {
        class::NOT_INCLUDED => Stage::NotIncluded,
        class::UNKNOWN_FIRST | class::UNKNOWN_INCLUDED | class::UNKNOWN_ELIGIBLE => Stage::Unknown,
        class::EXCLUDED => Stage::Excluded,
        class::NOT_ELIGIBLE => Stage::NotEligible,
        class::EXCEPT => Stage::Except,
        class::NUMERATOR | class::NUMERATOR_ONLY => Stage::Numerator,
        class::DENOMINATOR => Stage::Denominator,
        class::NEITHER => Stage::Neither,
        class::ERROR_FIRST | class::ERROR_INCLUDED | class::ERROR_ELIGIBLE | class::END..=u8::MAX => Stage::Error,
    }
}

/// How many records reached or ended in each stage.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Stages {
    /// All records of the row.
    pub read: u64,
    /// Those that passed `include`.
    pub include: u64,
    /// Those that `exclude` took out.
    pub exclude: u64,
    /// Those that passed `include`, `exclude` and `eligible`; some of them may still end in unknown or error.
    pub eligible: u64,
    /// Those that ended in unknown; where the measure treats unknown as `yes` or `no`, also those so treated.
    pub unknown: u64,
    /// Those in the numerator.
    pub numerator: u64,
    /// Those that `except` took out of the denominator.
    pub except: u64,
    /// Those in error.
    pub error: u64,
    /// Those in the denominator, where it counts records.
    pub denominator: u64,
    /// Those in the numerator but not in the denominator, which a `denominator` clause can bring about.
    pub numerator_only: u64,
    /// Those in neither numerator nor denominator, which a `denominator` clause can bring about.
    pub neither: u64,
    /// Those of which a category among the breakdowns was provisional or undetermined.
    pub not_decided: u64,
    /// Whether nobody is to see them: they are not published, and all zero here.
    pub hidden: bool,
}

impl Stages {
    /// What the stages are called in results, in the order of [`Stages::counts`].
    pub const NAMES: [&str; 8] = ["read", "include", "exclude", "eligible", "unknown", "numerator", "except", "error"];

    /// The stages of a row of which none is published.
    pub const HIDDEN: Self = Self {
        read: 0,
        include: 0,
        exclude: 0,
        eligible: 0,
        unknown: 0,
        numerator: 0,
        except: 0,
        error: 0,
        denominator: 0,
        numerator_only: 0,
        neither: 0,
        not_decided: 0,
        hidden: true,
    };

    /// The counts that results show, unless they are hidden.
    pub const fn shown(&self) -> Option<[u64; 8]> {
        if self.hidden { None } else { Some(self.counts()) }
    }

    /// Each count as `f` gives it.
    pub(crate) fn map(&self, f: impl Fn(u64) -> u64) -> Self {
        Self {
            read: f(self.read),
            include: f(self.include),
            exclude: f(self.exclude),
            eligible: f(self.eligible),
            unknown: f(self.unknown),
            numerator: f(self.numerator),
            except: f(self.except),
            error: f(self.error),
            denominator: f(self.denominator),
            numerator_only: f(self.numerator_only),
            neither: f(self.neither),
            not_decided: f(self.not_decided),
            hidden: self.hidden,
        }
    }

    /// The counts that results show.
    pub const fn counts(&self) -> [u64; 8] {
        [self.read, self.include, self.exclude, self.eligible, self.unknown, self.numerator, self.except, self.error]
    }

    /// Adds those of other records.
    pub(crate) fn merge(&mut self, other: &Self) {
        let all = [
            (&mut self.read, other.read),
            (&mut self.include, other.include),
            (&mut self.exclude, other.exclude),
            (&mut self.eligible, other.eligible),
            (&mut self.unknown, other.unknown),
            (&mut self.numerator, other.numerator),
            (&mut self.except, other.except),
            (&mut self.error, other.error),
            (&mut self.denominator, other.denominator),
            (&mut self.numerator_only, other.numerator_only),
            (&mut self.neither, other.neither),
            (&mut self.not_decided, other.not_decided),
        ];
        for (own, other) in all {
            *own = own.saturating_add(other);
        }
        self.hidden |= other.hidden;
    }

    /// Adds `count` records of a class.
    pub(crate) fn add(&mut self, class: u8, replaced: bool, not_decided: bool, count: u64) {
        // Counts of records stay far below 64 bits; a forged state must not overflow them all the same.
        let add = |total: &mut u64, when: bool| *total = total.saturating_add(if when { count } else { 0 });
        let stage = stage_of_class(class);
        add(&mut self.read, true);
        add(&mut self.include, class >= class::ERROR_INCLUDED);
        add(&mut self.exclude, class == class::EXCLUDED);
        add(&mut self.eligible, class >= class::ERROR_ELIGIBLE);
        add(&mut self.unknown, stage == Stage::Unknown || replaced);
        add(&mut self.numerator, stage == Stage::Numerator);
        add(&mut self.except, stage == Stage::Except);
        add(&mut self.error, stage == Stage::Error);
        add(&mut self.denominator, class == class::NUMERATOR || class == class::DENOMINATOR);
        add(&mut self.numerator_only, class == class::NUMERATOR_ONLY);
        add(&mut self.neither, class == class::NEITHER);
        add(&mut self.not_decided, not_decided);
    }
}
