//! The built-in functions.

use super::{Cx, Lowerer, Typed, Want};
use crate::codes;
use crate::resolve::Global;
use crate::suggest::{closest, listing};
use assize_lang::ast::{Expr, ExprKind, Ident};
use assize_lang::diagnostic::Diagnostic;
use assize_lang::source::Span;
use assize_model::decimal::Rounding;
use assize_model::ids::{FunctionId, NodeId, PatternId};
use assize_model::node::{DatePart, Op};
use assize_model::text::Pattern;
use assize_model::ty::Ty;
use assize_model::value::Value;

/// A function's name, its least and most arguments, and how it is written.
const FUNCTIONS: [(&str, usize, usize, &str); 12] = [
    ("abs", 1, 1, "abs(x)"),
    ("min", 1, usize::MAX, "min(x, y)"),
    ("max", 1, usize::MAX, "max(x, y)"),
    ("round", 1, 3, "round(x), round(x, places) or round(x, places, half_up)"),
    ("lower", 1, 1, "lower(text)"),
    ("trim", 1, 1, "trim(text)"),
    ("size", 1, 1, "size(set) or size(text)"),
    ("fiscal_year", 2, 2, "fiscal_year(date, april)"),
    ("year", 1, 1, "year(date)"),
    ("month", 1, 1, "month(date)"),
    ("day", 1, 1, "day(date)"),
    ("weekday", 1, 1, "weekday(date)"),
];

/// What functions of other languages are here, by their names in small letters.
const ELSEWHERE: [(&[&str], &str); 5] = [
    (
        &["today", "now", "getdate", "sysdate", "current_date", "heute", "aujourdhui"],
        "the evaluation date is `as_of`; nothing else tells the time",
    ),
    (&["len", "length", "char_length"], "how many characters a text has is `size(text)`"),
    (
        &["coalesce", "ifnull", "nvl", "isnull", "is_null", "isna", "isblank", "known", "missing"],
        "what is missing is asked with `x is missing`, and replaced with `first known of (x, y)`",
    ),
    (
        &["age", "datediff", "date_diff", "years_between", "months_between", "days_between"],
        "time between dates is `years between a and b`, and so with `months` and `days`",
    ),
    (&["avg", "average"], "the mean over child records is `mean cost of charges`"),
];

/// Whether a function of the language has this name.
pub fn is_built_in(name: &str) -> bool {
    FUNCTIONS.iter().any(|function| function.0 == name)
}

/// The months, as `fiscal_year` and `every` name them.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

impl Lowerer<'_, '_> {
    #[inline(never)]
    pub(crate) fn call(&mut self, name: &Ident, args: &[Expr], span: Span, cx: Cx, want: Want) -> Option<Typed> {
        if let Some(&(Global::Function(function), _)) = self.tables.globals.get(name.text.as_str()) {
            return self.own_function(function, name, args, span, cx);
        }
        if let Some(&(Global::Lookup(id), _)) = self.tables.globals.get(name.text.as_str()) {
            return self.look_up(id, args, span, cx);
        }
        let Some(&(_, least, most, form)) = FUNCTIONS.iter().find(|function| function.0 == name.text) else {
            self.unknown_function(name);
            return None;
        };
        if args.len() < least || args.len() > most {
            self.wrong_count(name, args.len(), span, form);
            return None;
        }
        let first = args.first()?;
        match name.text.as_str() {
            "abs" => {
                let typed = self.number(first, cx)?;
                let node = self.node(Op::Abs(typed.node), typed.ty, cx, span)?;
                Some(Typed { node, span, ..typed })
            }
            "min" => self.least_greatest(true, args, span, cx, want),
            "max" => self.least_greatest(false, args, span, cx, want),
            "round" => self.round(args, span, cx),
            "lower" => self.of_text(first, span, cx, Op::Lower),
            "trim" => self.of_text(first, span, cx, Op::Trim),
            "size" => {
                let typed = self.lower(first, cx, Want::Any)?;
                if !matches!(typed.ty, Ty::Text | Ty::Codes(_) | Ty::Texts) {
                    let says = self.says(typed.ty);
                    self.report(
                        codes::ARGUMENTS,
                        typed.span,
                        format!("a set or a text has a size, not {says}"),
                        format!("this is {says}"),
                        "to count child records write `count …`",
                    );
                    return None;
                }
                self.typed(Op::Size(typed.node), Ty::Integer, cx, span)
            }
            "fiscal_year" => self.fiscal_year(args, span, cx),
            "year" => self.part(first, span, cx, DatePart::Year),
            "month" => self.part(first, span, cx, DatePart::Month),
            "day" => self.part(first, span, cx, DatePart::Day),
            _ => self.part(first, span, cx, DatePart::Weekday),
        }
    }

    fn wrong_count(&mut self, name: &Ident, given: usize, span: Span, form: &str) {
        let given = match given {
            0 => "nothing is given".to_owned(),
            1 => "one value is given".to_owned(),
            n => format!("{n} values are given"),
        };
        let message = format!("`{}` does not take this many values", name.text);
        self.report(codes::ARGUMENTS, span, message, given, format!("write {form}"));
    }

    /// A call of a function that the rules declare.
    fn own_function(&mut self, function: FunctionId, name: &Ident, args: &[Expr], span: Span, cx: Cx) -> Option<Typed> {
        if let Some(slot) = self.used_functions.get_mut(function.index()) {
            *slot = true;
        }
        let tables = self.tables;
        let names = tables.functions.get(function.index())?;
        let params = &names.ast.parameters;
        if args.len() != params.len() {
            let form =
                format!("{}({})", name.text, params.iter().map(|p| &*p.name.text).collect::<Vec<_>>().join(", "));
            self.wrong_count(name, args.len(), span, &form);
            return None;
        }
        // A head that cannot be is reported where it stands; the arguments are looked at all the same.
        let signature = names.signature.as_ref();
        let mut nodes: Vec<Option<NodeId>> = Vec::with_capacity(args.len());
        for (at, (arg, param)) in args.iter().zip(params).enumerate() {
            let wanted = signature.and_then(|signature| signature.params.get(at));
            let want = wanted.map_or(Want::Reported, |(ty, _)| Want::Ty(*ty));
            let Some(typed) = self.lower(arg, cx, want) else {
                nodes.push(None);
                continue;
            };
            let Some((ty, unit)) = wanted else { continue };
            let typed = match (typed.ty, *ty) {
                (Ty::Integer, Ty::Decimal) => self.decimal(typed, cx),
                (Ty::DateTime, Ty::Date) => self.civil_date(typed, cx),
                (given, wanted) if given == wanted => Some(typed),
                (given, wanted) => {
                    let (given, wanted) = (self.says(given), self.says(wanted));
                    self.sink.push(
                        Diagnostic::error(
                            codes::ARGUMENTS,
                            arg.span,
                            format!("`{}` of `{}` is {wanted}, not {given}", param.name.text, name.text),
                        )
                        .label(format!("this is {given}"))
                        .also(param.span, "declared here")
                        .help(format!("give {wanted}, or declare the parameter otherwise")),
                    );
                    None
                }
            };
            if let (Some(typed), Some(_)) = (&typed, unit) {
                let stated = Typed { unit: unit.clone(), span: param.span, ..typed.clone() };
                if self.one_unit(&[stated, typed.clone()]).is_none() {
                    nodes.push(None);
                    continue;
                }
            }
            nodes.push(typed.map(|typed| typed.node));
        }
        let (ty, unit) = signature?.returns.clone();
        let args: Box<[NodeId]> = nodes.into_iter().collect::<Option<_>>()?;
        Some(Typed { unit, ..self.typed(Op::Call { function, args }, ty, cx, span)? })
    }

    fn unknown_function(&mut self, name: &Ident) {
        // What this version does not have is reported where it is declared.
        if matches!(self.tables.globals.get(name.text.as_str()), Some((Global::Broken, _))) {
            return;
        }
        let diagnostic =
            Diagnostic::error(codes::UNKNOWN_FUNCTION, name.span, format!("unknown function `{}`", name.text))
                .label("not a function of the language");
        let called = name.text.to_ascii_lowercase();
        if let Some((_, help)) = ELSEWHERE.iter().find(|(names, _)| names.contains(&called.as_str())) {
            self.sink.push(diagnostic.help(*help));
            return;
        }
        let own = self.tables.functions.iter().map(|function| function.ast.name.text.as_str());
        let near = closest(&name.text, FUNCTIONS.iter().map(|function| function.0).chain(own));
        self.sink.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(name.span, near),
            None => {
                diagnostic.help(format!("the functions are {}", FUNCTIONS.map(|f| format!("`{}`", f.0)).join(", ")))
            }
        });
    }

    fn of_text(&mut self, operand: &Expr, span: Span, cx: Cx, op: fn(NodeId) -> Op) -> Option<Typed> {
        let operand = self.lower(operand, cx, Want::Any)?;
        let node = self.text(operand)?;
        self.typed(op(node), Ty::Text, cx, span)
    }

    fn part(&mut self, operand: &Expr, span: Span, cx: Cx, part: DatePart) -> Option<Typed> {
        let operand = self.date(operand, cx)?;
        self.typed(Op::Part { operand: operand.node, part }, Ty::Integer, cx, span)
    }

    fn fiscal_year(&mut self, args: &[Expr], span: Span, cx: Cx) -> Option<Typed> {
        let [date, month] = args else { return None };
        let date = self.date(date, cx);
        let named = match &month.kind {
            ExprKind::Name(name) => MONTHS.iter().position(|known| *known == name.text),
            _ => None,
        };
        let Some(from) = named.and_then(|at| u8::try_from(at + 1).ok()) else {
            let near = match &month.kind {
                ExprKind::Name(name) => closest(&name.text, MONTHS),
                _ => None,
            };
            let diagnostic = Diagnostic::error(
                codes::ARGUMENTS,
                month.span,
                "the month that the fiscal year begins with is expected",
            )
            .label("not a month");
            self.sink.push(match near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(month.span, near),
                None => diagnostic.help("write its name: `fiscal_year(date, april)`"),
            });
            return None;
        };
        self.typed(Op::FiscalYear { operand: date?.node, from }, Ty::Integer, cx, span)
    }

    /// `round(x)`, `round(x, places)`, `round(x, places, mode)`: to the nearest, and ties to the even digit unless the
    /// mode says otherwise.
    fn round(&mut self, args: &[Expr], span: Span, cx: Cx) -> Option<Typed> {
        let operand = self.number(args.first()?, cx);
        let places = match args.get(1) {
            None => self.constant(Value::Integer(0), span),
            Some(places) => self.lower(places, cx, Want::Any),
        };
        let mode = match args.get(2) {
            None => Some(Rounding::HalfEven),
            Some(mode) => self.rounding(mode),
        };
        let places = places?;
        if places.ty != Ty::Integer {
            let says = self.says(places.ty);
            self.report(
                codes::ARGUMENTS,
                places.span,
                "the number of places is an integer",
                format!("this is {says}"),
                "write a whole number of decimal places",
            );
            return None;
        }
        if let Some(Value::Integer(n)) = self.constant_of(places.node)
            && !(-28..=28).contains(n)
        {
            self.report(
                codes::ARGUMENTS,
                places.span,
                "a decimal has at most 28 places",
                "out of range",
                "write a number of places from 0 to 28",
            );
            return None;
        }
        let operand = operand?;
        let unit = operand.unit.clone();
        let operand = self.decimal(operand, cx)?;
        let op = Op::Round { operand: operand.node, places: places.node, mode: mode? };
        Some(Typed { unit, ..self.typed(op, Ty::Decimal, cx, span)? })
    }

    fn rounding(&mut self, mode: &Expr) -> Option<Rounding> {
        let word = match &mode.kind {
            ExprKind::Name(name) => name.text.as_str(),
            _ => "",
        };
        let found = Rounding::from_word(word);
        if found.is_none() {
            let words = Rounding::ALL.map(Rounding::word);
            let diagnostic = Diagnostic::error(codes::ARGUMENTS, mode.span, "unknown way of rounding").label("not one");
            self.sink.push(match closest(word, words) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).fix(mode.span, near),
                None => diagnostic.help(format!("write {}", listing(words))),
            });
        }
        found
    }

    pub(crate) fn pattern(&mut self, pattern: Pattern) -> PatternId {
        self.build.pattern(pattern)
    }
}
