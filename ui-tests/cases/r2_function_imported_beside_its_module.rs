// R2 explicit-captures: a host function is imported beside the module that it is in and named as
// The binding is a type, and modules and types share one namespace: the import brings both the function and the binding.
// Write `fetch::fetch` in full, import it under another name (`use fetch::fetch as fetch_it`), or rename the module.

use isolock::prelude::*;

mod fetch {
    use isolock::prelude::*;

    #[isolate_fn]
    pub fn fetch(url: String) -> String {
        url
    }
}

use fetch::fetch;

fn install(lock: &mut Lock<'_>) -> Result<(), RunError> {
    lock.install((fetch {},))
}

fn main() {}
