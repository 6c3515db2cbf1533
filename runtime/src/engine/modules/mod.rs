//! ES modules.
//!
//! | file | noun |
//! |---|---|
//! | `request` | what a loader is asked, and what it answers |
//! | `resolve` | from specifier and referrer to the name of a module |
//! | `load` | one module's load, shared by all who import it at the same time |
//! | `compile` | from text to V8's module |
//! | `map` | the modules of one context |
//! | `graph` | linking and evaluating |
//! | `import` | one import, from specifier to namespace: an asynchronous body that takes turns |
//! | `callbacks` | what V8 asks: imports while linking, `import()`, `import.meta` |
//! | `failure` | why an import failed, for Rust and for JS |

mod callbacks;
mod compile;
mod entries;
mod failure;
mod graph;
mod import;
mod load;
mod map;
mod request;
mod resolve;

pub(crate) use callbacks::{on_import, on_import_meta};
pub use request::{LoadError, ModuleKind, ModuleRequest, ModuleSource};

use super::turn_cell::TurnCell;

/// What a context's record has for its modules.
pub(crate) struct Modules {
    pub(crate) map: TurnCell<map::ModuleMap>,
    loads: load::Loads,
}

impl Modules {
    pub(crate) fn new() -> Self {
        Self { map: TurnCell::new(map::ModuleMap::default()), loads: load::Loads::default() }
    }
}
