//! The command, as its users run it.

use super::{Answer, Door, Refusal};
use crate::built;
use crate::case::Case;

/// `assize run`.
pub struct Command;

impl Door for Command {
    fn name(&self) -> &'static str {
        "command"
    }

    fn answer(&self, case: &Case) -> Answer {
        if !case.coverage {
            return Answer::Impossible("the command always counts what criteria do".to_owned());
        }
        let mut command = std::process::Command::new(built::command());
        command.current_dir(&case.folder).args(["run", "rules.assize", "--format", "json", "--as-of", &case.as_of]);
        command.args(["--threads", "2"]);
        for (record, file) in &case.data {
            command.arg("--data").arg(format!("{record}={file}"));
        }
        for (name, value) in &case.parameters {
            command.arg("--set").arg(format!("{name}={value}"));
        }
        if !case.only.is_empty() {
            command.arg("--only").arg(case.only.join(","));
        }
        if let Some(measure) = &case.members {
            command.arg("--members").arg(measure);
        }
        if case.exact {
            command.arg("--exact");
        }
        let ran = command.output().expect("the command runs");
        let out = String::from_utf8(ran.stdout).expect("results are UTF-8");
        let message = String::from_utf8(ran.stderr).expect("messages are UTF-8");
        let refused = |kind, message: &str| Answer::Refused(Refusal { kind, message: message.to_owned() });
        // Lines after the first are set in under the word.
        let plain = |message: &str| message.strip_prefix("error: ").unwrap_or(message).replace("\n       ", "\n");
        match ran.status.code() {
            Some(status @ (0 | 1)) => {
                let faults = out.lines().any(|line| {
                    line.trim_start().strip_prefix("\"faults\": ").is_some_and(|count| !count.starts_with('0'))
                });
                assert_eq!(status == 1, faults, "{}: exit status {status}", case.name);
                assert_eq!(message, "", "{}: results with a message", case.name);
                Answer::Results(out)
            }
            Some(2) => refused("rules", &message),
            Some(3) => refused("data", &plain(&message)),
            Some(4) => refused("use", &plain(&message)),
            other => panic!("{}: exit status {other:?}: {message}", case.name),
        }
    }
}
