//! Every code the checker gives, with its title. Codes of the reader of text (`E00xx`) are listed by `assize-lang`.

use assize_lang::diagnostic::Code;

/// A diagnostic code and what it is called in the language reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// Its title: the fault in a few words.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal;)*) => {
        $(#[doc = $title] pub const $name: Code = Code($code);)*

        /// Every code of the checker, ascending.
        pub const ALL: &[CodeInfo] = &[$(CodeInfo { code: $name, title: $title }),*];
    };
}

codes! {
    // versions of the language

    // names
    NO_RULESET = "E0101", "no `ruleset` declaration";
    TWO_RULESETS = "E0102", "more than one `ruleset` declaration";
    DUPLICATE_NAME = "E0103", "a name is declared twice";
    DUPLICATE_MEMBER = "E0104", "a field or code is declared twice";
    UNKNOWN_TYPE = "E0105", "unknown record, code list or type";
    UNKNOWN_NAME = "E0106", "unknown name in an expression";
    UNKNOWN_CODE = "E0107", "unknown code";
    AMBIGUOUS_NAME = "E0108", "a name could mean two things";
    AMBIGUOUS_CODE = "E0109", "a code stands in several lists";
    CYCLE = "E0110", "declarations depend on each other in a circle";
    IMPORT_NOT_FOUND = "E0111", "an imported file is not there";
    UNKNOWN_LABEL = "E0112", "unknown word or label on a field";
    UNKNOWN_FUNCTION = "E0113", "unknown function";
    UNKNOWN_FIELD = "E0114", "unknown field of a record";
    WRONG_KIND = "E0115", "a name of the wrong kind";
    HEADER = "E0116", "a clause of the ruleset header cannot be right";

    // types
    NOT_A_CONDITION = "E0201", "a condition is expected";
    TYPES_DIFFER = "E0202", "values of different types meet";
    NO_ORDER = "E0203", "values without an order are compared by order";
    NOT_A_NUMBER = "E0204", "a number is expected";
    DATE_ARITHMETIC = "E0205", "arithmetic on dates that has no meaning";
    MIXED_DURATIONS = "E0206", "calendar and clock durations are mixed";
    NO_TIME_ZONE = "E0207", "a local time without a time zone";
    ARGUMENTS = "E0208", "arguments that a function does not take";
    NOT_CHILDREN = "E0209", "child records where a value is expected, or the reverse";
    SET_OR_RANGE = "E0210", "a set or range that cannot be used so";
    BAD_PATTERN = "E0211", "a text pattern that cannot be read";
    UNITS_DIFFER = "E0212", "different units are added or compared";
    CONSTANT_FAULT = "E0213", "a constant that cannot be worked out";
    AGGREGATE = "E0214", "an aggregate that cannot be worked out";
    NO_CODE = "E0215", "`none` where no code is impossible";
    PARAMETER = "E0216", "a parameter whose value does not fit it";
    NOT_CONSTANT = "E0217", "a value that must be constant";
    DECIDED_COUNT = "E0218", "a count of conditions that is always or never reached";

    // records and categories
    TWO_KEYS = "E0301", "a record with two keys";
    REQUIRED_OPTIONAL = "E0302", "a field both required and optional";
    DUPLICATE_HEADING = "E0303", "a heading in the data that two fields claim";
    DUPLICATE_TEXT = "E0304", "a text in the data that means two things";
    MANY = "E0305", "child records that cannot be matched";
    FIELD_CLAUSE = "E0306", "a clause that a field of its type does not take";
    DUPLICATE_CRITERION = "E0310", "a criterion name used twice in a category";
    UNNAMED_CRITERION = "E0311", "a criterion without a name among several";
    HIGHEST_UNORDERED = "E0312", "`hit highest` over codes without an order";
    CONSTANT_CONDITION = "E0313", "a condition that can never be true";
    REPEATED_CONDITION = "E0314", "a condition that an earlier criterion has";
    UNREACHABLE = "E0315", "a criterion that is never reached";
    PROTECTED = "E0316", "a protected field decides a category";
    NO_CRITERIA = "E0317", "a category without criteria";
    USES_UNREAD = "E0318", "a protected field said to be used that is not read";

    // measures
    MEASURE_CLAUSE_TWICE = "E0401", "a clause of a measure is given twice";
    MEASURE_CLAUSE_LACKING = "E0402", "a measure lacks a clause";
    MEASURE_CLAUSE_EXTRA = "E0403", "a clause that a measure of its form does not use";
    MEASURE_TYPE = "E0404", "a clause of a measure has the wrong type";
    MEASURE_BY = "E0405", "a measure cannot be broken down by this";
    MEASURE_NUMBER = "E0406", "a number of a measure is out of range";
    FORMULA = "E0407", "a formula that cannot be worked out";
    STANDARD = "E0408", "a look-up that rates cannot be standardised to";
    NO_COUNTS = "E0411", "counts are withheld or rounded where there are none";
    ROUNDED = "E0412", "a measure that is not worked out of rounded numbers";
    THRESHOLD = "E0413", "a parameter is no number that counts can be withheld below";
    BASELINE = "E0416", "a baseline that cannot be taken";
    COMPARE = "E0417", "a comparison without periods";
    CHART = "E0418", "a chart that does not fit its measure";
    SIGNALS = "E0419", "signals that a chart cannot give";
    AUDIT = "E0420", "an audit that cannot be made";
    EXPECTED_CODES = "E0421", "a code without one expected share";
    EXPECTED_SHARE = "E0422", "an expected share that is not from 0 % to 100 %";
    EXPECTED_LOOKUP = "E0423", "a look-up that does not give expected shares";

    // indicators and evaluations
    EVIDENCE = "E0425", "evidence that an indicator cannot have";
    INDICATOR_LACKS = "E0426", "an indicator without evidence";
    EVALUATION_CLAUSE = "E0427", "a clause of an indicator or evaluation that cannot be right";
    RUBRIC = "E0428", "a level whose condition cannot be worked out";
    LEVELS = "E0429", "levels that cannot be told apart";
    OBJECTIVE = "E0430", "an objective that cannot be right";
    REQUIREMENT = "E0431", "a requirement that cannot be met";

    // tests
    TEST_LACKS = "E0501", "a test lacks a clause";
    TEST_VALUE = "E0502", "a value in a test does not fit its field";
    TEST_SUBJECT = "E0503", "an expectation about nothing that is given";
    TEST_EXPECTATION = "E0504", "an expectation that cannot be met";
    TEST_TWICE = "E0505", "a field or parameter is given twice in a test";

    // limits
    TOO_MANY_CODES = "E0601", "a code list is too long";
    TOO_MANY_EXPRESSIONS = "E0602", "the rules have too many expressions";
    TOO_DEEP = "E0603", "child records nest too deep";
    TOO_MANY_ERRORS = "E0604", "more errors than are listed";
    INTERNAL = "E0699", "the checker itself failed";

    // functions
    FUNCTION_BODY = "E0701", "a body of a function that cannot be read";
    FUNCTION_TYPE = "E0702", "a type that a function cannot take or give";
    FUNCTION_PARAMETER = "E0703", "a parameter of a function that cannot be";
    FUNCTION_CALLS = "E0704", "a function that calls a function of the rules";

    // versions
    EFFECTIVE = "E0711", "effective dates that leave days open or say two things";

    // tables and look-ups
    TABLE_OUTPUT = "E0721", "an output that a table does not have";
    TABLE_CELL = "E0722", "a cell that does not fit its column";
    TABLE_POLICY = "E0723", "a hit policy that the outputs do not take";
    TABLE_GAP = "E0724", "a table with a hole";
    TABLE_OVERLAP = "E0725", "rows of a table that contradict";
    TABLE_SHADOWED = "E0726", "a row of a table that never counts";
    TABLE_DUPLICATE = "E0727", "two rows of a table with the same tests";
    TABLE_SOURCE = "E0728", "a file with a table or look-up that cannot be used";
    LOOKUP_COLUMN = "E0729", "a look-up whose file lacks a column";
    LOOKUP_CELL = "E0730", "a cell of a look-up that cannot be read";
    LOOKUP_ROWS = "E0731", "rows of a look-up that contradict";
    TABLE_ROWS = "E0732", "a table with too many rows, or none";

    // movement and responses
    EVENT = "E0741", "events of a progression that cannot be found";
    PROGRESSION = "E0742", "a progression that cannot be right";
    RESPONSE = "E0743", "a response that cannot be right";

    // labels and publishing
    LEAK = "E0751", "a label above that of the audience";
    PUBLISHED = "E0752", "something published that is not a result";
    RELEASE = "E0753", "a release that cannot be right";

    // instruments
    ITEM_KIND = "E0801", "an item that cannot be scored";
    ITEM_TWICE = "E0802", "an item is scored twice";
    ITEM_RANGE = "E0803", "an item without a known range";
    FORM_NUMBER = "E0804", "a number of an instrument is out of range";
    FORM_LACKS = "E0805", "an instrument lacks items";
    BAND = "E0806", "a band that cannot be";
    BAND_OVERLAP = "E0807", "bands overlap";
    BAND_GAP = "E0808", "scores that are in no band";
    BAND_UNREACHABLE = "E0809", "a band that no score can reach";
    OVERRIDE = "E0810", "an override that cannot be";

    // warnings
    CODE_NEVER_ASSIGNED = "W0901", "a code that no category assigns";
    LIST_NEVER_USED = "W0902", "a code list that nothing uses";
    FIELD_NEVER_READ = "W0903", "a field that nothing reads";
    NO_RESPONSE = "W0904", "a code without a response";
    ALWAYS_TRUE = "W0905", "a condition that is always true";
    NEVER_TRUE = "W0906", "a `where` that no record can pass";
    UNTESTED = "W0907", "a field that decides and is in no test";
    FUNCTION_NEVER_CALLED = "W0911", "a function that nothing calls";
    PARAMETER_NEVER_READ = "W0912", "a parameter that its function does not read";
    TABLE_NOT_CHECKED = "W0921", "a table that was checked only in part";
    WITHHELD_TOO = "W0931", "a measure of which counts are withheld for another's sake";
    RING = "W0932", "tables that share breakdowns in a ring";
    NOT_ROUNDED = "W0933", "a measure that shows what another rounds";
    BASELINE_TOTAL = "W0934", "a total is compared with a period";
    NOT_JUDGED = "W0935", "an indicator that nothing judges";
    NO_INDICATORS = "W0936", "an objective without indicators";
    UNMET = "W0937", "a requirement that the evaluation does not meet";
    OTHER_WAY = "W0938", "a target that asks for what is worse";
    EXACT_ANYWAY = "W0939", "`approximate` where there is nothing to be spared";
}
