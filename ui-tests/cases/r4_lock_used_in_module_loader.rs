// R4 no-blocking: a module loader uses the lock of the turn that set it, which it would hold while the module loads
// E0308 means: a loader is a plain `fn` and takes nothing along, least of all the lock. It takes turns of its own by the
// event that it is given: `ev.run((name,), |lock, (name,)| ..).await`.

use isolock::{ModuleSource, prelude::*};

fn serve(lock: &mut Lock<'_>) {
    lock.module_loader((), |_ev, (), request| async move {
        lock.console_log(&format!("loads {}", request.name));
        Ok(ModuleSource::javascript(""))
    });
}

fn main() {}
