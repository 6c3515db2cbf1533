// R2 explicit-captures: a capture of a module loader can't be cloned, and each load gets a clone
// The clone is one per request, because several modules load at the same time. Share it: `Arc<Store>`.

use isolock::{ModuleSource, Portable, prelude::*};

struct Store {
    url: String,
}

impl Portable for Store {}

fn serve(lock: &mut Lock<'_>, store: Store) {
    lock.module_loader((store,), |_ev, (store,), request| async move {
        Ok(ModuleSource::javascript(format!("export default '{}/{}'", store.url, request.name)))
    });
}

fn main() {}
