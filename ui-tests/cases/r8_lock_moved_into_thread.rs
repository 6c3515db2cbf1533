// R8 callbacks-by-message: a turn moves its lock into a thread, to call back from there

use isolock::prelude::*;

fn on_timer(mut lock: Lock<'static>) {
    std::thread::spawn(move || {
        let _ = lock.eval("onTimer()");
    });
}

fn main() {}
