//! What the checker says about rule files, and what it makes of them.

#[cfg(test)]
mod common;
#[cfg(test)]
mod declarations;
#[cfg(test)]
mod disclosure;
#[cfg(test)]
mod evaluations;
mod forms;
#[cfg(test)]
mod functions;
#[cfg(test)]
#[cfg(test)]
mod limits;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod movement;
#[cfg(test)]
mod names;
#[cfg(test)]
mod publish;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod series;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod test_blocks;
#[cfg(test)]
mod together;
#[cfg(test)]
mod twenty;
#[cfg(test)]
mod types;
#[cfg(test)]
mod whole;
