//! What the checker says about rule files, and what it makes of them.

#[cfg(test)]
mod common;
#[cfg(test)]
mod declarations;
#[cfg(test)]
mod later;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod names;
#[cfg(test)]
mod tables;
mod test_blocks;
#[cfg(test)]
mod types;
#[cfg(test)]
mod whole;
