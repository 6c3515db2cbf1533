// R2 explicit-captures: a module loader mentions a variable that is not listed
// E0308 means: a loader is a plain `fn`, which takes along only what is listed. "`root` captured here" is the variable to
// list: `lock.module_loader((root,), |_ev, (root,), request| ..)`.

use isolock::{ModuleSource, prelude::*};
use std::path::PathBuf;

fn serve(lock: &mut Lock<'_>, root: PathBuf) {
    lock.module_loader((), |_ev, (), request| async move {
        let text = std::fs::read_to_string(root.join(&request.name))?;
        Ok(ModuleSource::javascript(text))
    });
}

fn main() {}
