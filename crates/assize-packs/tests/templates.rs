//! Every template checks without a warning, passes its own tests, and ships no wording.

#![expect(clippy::panic, reason = "a test may stop where it breaks")]

use assize::RuleSet;
use assize_packs::{PACKS, TEMPLATES, Template, template};

fn compiled(template: &Template) -> RuleSet {
    RuleSet::compile(template.name, template.rules).unwrap_or_else(|error| {
        let said = error.diagnostics.iter().map(|fault| {
            let at = fault.primary.as_ref().and_then(|label| {
                error.sources.get(label.span.file).map(|source| source.line_column(label.span.start))
            });
            format!("{:?} {} {}", at.map(|at| at.line), fault.code.0, fault.message)
        });
        panic!("{}:\n{}", template.name, said.collect::<Vec<_>>().join("\n"))
    })
}

#[test]
fn every_template_passes_its_own_tests_and_tests_every_criterion() {
    for template in TEMPLATES {
        let rules = compiled(template);
        let warned: Vec<&str> = rules.warnings().iter().map(|warning| warning.message.as_str()).collect();
        assert!(warned.is_empty(), "{}: {warned:?}", template.name);
        let report = rules.test();
        assert!(report.tests.len() >= 9, "{}: too few tests", template.name);
        for test in &report.tests {
            assert!(test.failures.is_empty(), "{}: {}: {:#?}", template.name, test.title, test.failures);
        }
        for criterion in &report.coverage {
            assert!(criterion.decisive > 0, "{}: no test is decided by `{}`", template.name, criterion.name);
        }
    }
}

#[test]
fn figures_to_be_verified_are_parameters_that_say_so() {
    let mut verified = 0;
    for template in TEMPLATES {
        let rules = compiled(template);
        let params = &rules.program().params;
        assert!(!params.is_empty(), "{} has no parameter", template.name);
        for param in params {
            let title = param.heading.title.as_deref().unwrap_or("");
            assert!(param.within.is_some() || !param.ty.is_number(), "{}: `{}`", template.name, param.heading.name);
            verified += usize::from(title.contains("verify"));
        }
    }
    assert!(verified >= 14);
}

#[test]
fn items_carry_a_place_for_the_agencys_own_wording_and_no_other() {
    for template in TEMPLATES {
        let rules = compiled(template);
        let items: Vec<_> = rules.program().instruments.iter().flat_map(|form| &form.items).collect();
        assert!(items.len() >= 10, "{}", template.name);
        for item in items {
            let wording = item.heading.title.as_deref().unwrap_or("");
            assert!(wording.starts_with("Agency's wording of "), "{}: {wording}", template.name);
        }
    }
}

#[test]
fn names_are_of_one_pack_or_template() {
    for one in TEMPLATES {
        assert_eq!(template(one.name), Some(one));
        assert!(PACKS.iter().all(|pack| pack.name != one.name));
    }
}
