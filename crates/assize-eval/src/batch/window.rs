//! Windows: the rows that a scope's registers stand for at a time. Of a record by itself, a chunk of its table; of
//! children, as many families of a chunk of parents as fit.

#![expect(clippy::indexing_slicing, reason = "spans were checked to lie within their tables, for every parent's row")]

use super::bits::CHUNK;
use super::load::Rows;
use super::table::Link;

/// The rows that the registers of a scope stand for.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    /// Different for each window of the run: registers filled under another number are stale.
    pub(super) serial: u64,
    pub(super) len: usize,
    pub(super) rows: Rows,
    /// Of children: which rows are whose, in the order of the rows. Only parents with children have one.
    pub(super) segments: Vec<Segment>,
}

/// The children of one parent in a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    /// The parent's row in its own window.
    pub(super) parent: u32,
    pub(super) from: u32,
    pub(super) to: u32,
    /// Whether the family begins here, and whether it ends here: one of more than a chunk goes over several windows.
    pub(super) first: bool,
    pub(super) last: bool,
}

impl Segment {
    /// The rows.
    pub(super) const fn range(self) -> std::ops::Range<usize> {
        self.from as usize..self.to as usize
    }

    /// Whether the whole family is here.
    pub(super) const fn is_whole(self) -> bool {
        self.first && self.last
    }
}

/// Goes through the families of parents, a window at a time.
pub(super) struct Feeder<'a> {
    /// Which parents, by their rows in their window; all when there are none.
    parents: Option<&'a [u32]>,
    next: usize,
    /// How much of the next family was in the window before.
    taken: u32,
    /// Whether the families of all parents lie in the table one after another.
    run: bool,
}

impl<'a> Feeder<'a> {
    pub(super) fn new(parents: Option<&'a [u32]>, of: &Window, link: &Link) -> Self {
        let (starts, ends) = link.spans.pairs();
        let first = link.spans.first();
        let run = match (&of.rows, parents, link.order()) {
            (Rows::Run(from), None, None) => {
                let (starts, ends) =
                    (&starts[*from - first..from - first + of.len], &ends[*from - first..from - first + of.len]);
                starts.iter().skip(1).zip(ends).all(|(start, end)| start == end)
            }
            _ => false,
        };
        Self { parents, next: 0, taken: 0, run }
    }

    /// Fills the window with the next families; false when there are none left.
    pub(super) fn fill(&mut self, of: &Window, link: &Link, window: &mut Window) -> bool {
        let (starts, ends) = link.spans.pairs();
        let (first, order) = (link.spans.first(), link.order());
        window.segments.clear();
        window.len = 0;
        let mut list = match std::mem::take(&mut window.rows) {
            Rows::List(list) => list,
            Rows::Run(_) => Vec::new(),
        };
        list.clear();
        let mut run_from = 0;
        let parents = self.parents.map_or(of.len, <[u32]>::len);
        while self.next < parents {
            let parent = self.parents.map_or(self.next as u32, |parents| parents[self.next]);
            let row = of.rows.row(parent as usize) - first;
            let (start, end) = (starts[row] + self.taken, ends[row]);
            let (size, room) = ((end - start) as usize, CHUNK - window.len);
            // A family that fits into a window is not divided.
            if size > room && (window.len > 0 && size <= CHUNK || room == 0) {
                break;
            }
            let take = size.min(room);
            if take > 0 {
                if window.len == 0 {
                    run_from = start as usize;
                }
                if !self.run {
                    let places = start..start + take as u32;
                    match order {
                        Some(order) => list.extend(&order[places.start as usize..places.end as usize]),
                        None => list.extend(places),
                    }
                }
                window.segments.push(Segment {
                    parent,
                    from: window.len as u32,
                    to: (window.len + take) as u32,
                    first: self.taken == 0,
                    last: take == size,
                });
                window.len += take;
            }
            if take < size {
                self.taken += take as u32;
                break;
            }
            self.taken = 0;
            self.next += 1;
        }
        window.rows = if self.run { Rows::Run(run_from) } else { Rows::List(list) };
        window.len > 0
    }
}
