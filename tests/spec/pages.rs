//! The pages of the reference, cut into sections and fenced blocks.

use std::path::{Path, PathBuf};

/// One page.
pub struct Page {
    /// The name of its file.
    pub name: String,
    /// Its sections: what stands before the first heading of the second level, and one for each of those headings.
    pub sections: Vec<Section>,
}

/// A heading of the second level with what belongs to it.
pub struct Section {
    /// The heading, without its signs.
    pub heading: String,
    /// The text outside of blocks.
    pub prose: String,
    pub blocks: Vec<Block>,
}

/// A fenced block.
pub struct Block {
    /// The words behind the fence.
    pub info: Vec<String>,
    pub text: String,
    /// The line of the page on which the text begins, from 1.
    pub line: usize,
    /// Whether nothing stands between the block before and this one.
    pub follows: bool,
}

impl Page {
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.sections.iter().flat_map(|section| &section.blocks)
    }
}

impl Block {
    /// What the block is: its first word.
    pub fn kind(&self) -> &str {
        self.info.first().map_or("", String::as_str)
    }

    /// The words after the first.
    pub fn rest(&self) -> &[String] {
        self.info.get(1..).unwrap_or_default()
    }
}

/// The folder of the pages.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spec")
}

/// The root of the project.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page, by name.
pub fn pages() -> Vec<Page> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder of the pages")
        .map(|entry| entry.expect("an entry of the folder").file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".md"))
        .collect();
    names.sort();
    names.iter().map(|name| page(name)).collect()
}

/// One page by its name.
pub fn page(name: &str) -> Page {
    let text = std::fs::read_to_string(folder().join(name)).expect(name);
    Page { name: name.to_owned(), sections: cut(name, &text) }
}

fn cut(name: &str, text: &str) -> Vec<Section> {
    let section = |heading: &str| Section { heading: heading.to_owned(), prose: String::new(), blocks: Vec::new() };
    let mut done = Vec::new();
    let mut now = section("");
    let mut open: Option<Block> = None;
    let mut follows = false;
    for (at, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (Some(_), Some(rest)) => {
                assert!(rest.is_empty(), "{name}:{}: a fence that closes has no words", at + 1);
                now.blocks.extend(open.take());
                follows = true;
            }
            (None, Some(info)) => {
                let info = info.split_whitespace().map(str::to_owned).collect();
                open = Some(Block { info, text: String::new(), line: at + 2, follows });
            }
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("## ") {
                    done.push(std::mem::replace(&mut now, section(heading)));
                }
                follows &= line.is_empty();
                now.prose.push_str(line);
                now.prose.push('\n');
            }
        }
    }
    assert!(open.is_none(), "{name}: a fence is not closed");
    done.push(now);
    done
}
