//! The table itself.

use crate::{Enforced::By, Enforced::Not, Rule};

/// All rules, in order of their ids.
pub const RULES: [Rule; 10] = [
    Rule {
        id: "R1",
        name: "enter-by-run",
        rule: "V8 is touched only inside a turn, and a turn is entered only by `run`.",
        why: "A release build of V8 does not check its lock: whoever touches an isolate without it corrupts the heap \
              silently, and whoever locks it twice on one thread panics inside a callback and aborts the process.",
        compile_time: By(
            "`Lock` is the only way to V8's scopes, it can't be made by hand, and it lends no `&mut` to the \
                          raw scope or isolate; `clippy.toml` forbids `SharedIsolate::lock` and its like.",
        ),
        run_time: By(
            "`run` inside a turn is `Reentrant` and names both call sites; a host function that is called outside \
                      a turn throws.",
        ),
        unseen: "Code that builds its own `v8::Isolate` through the raw crate, without the clippy preset.",
    },
    Rule {
        id: "R2",
        name: "explicit-captures",
        rule: "What a turn or an asynchronous body takes along is listed; nothing is captured by mention.",
        why: "A closure that captures by mention takes whatever it names: a strong context that keeps an isolate alive, \
              a lock guard, a JS handle of another isolate.",
        compile_time: By("The body of an entry is a `fn` pointer, so rustc refuses a variable that isn't listed; \
                          annotated functions list theirs with `#[capture]`; what is listed must be `Portable`."),
        run_time: Not("A capture that compiled is an ordinary owned value: there is nothing left to check."),
        unseen: "Thread-locals, statics and raw pointers that a body reaches without capturing them; what hides in a boxed \
                 error, in the extensions of an HTTP request, or behind `Trusted` (`isolock::trusted()` lists those).",
    },
    Rule {
        id: "R3",
        name: "weak-across-threads",
        rule: "What crosses a thread or an await holds its context weakly, and liveness is checked at every entry.",
        why: "A strong reference in a pending task keeps a dead tenant's heap alive, and work that resumes after the \
              context died would run in a context that nobody expects to be there.",
        compile_time: By(
            "`IoContext` is not `Portable`; `WeakIoContext`, `Event` and `JsRoot` are, and none of them has an \
                          `upgrade`. `#[isolate_fn]` refuses a condition on an answer about liveness from before an \
                          `.await`.",
        ),
        run_time: By(
            "Every entry checks liveness before it queues and again under the lock: `Gone` names the context, \
                      when and why it ended.",
        ),
        unseen: "A strong `IoContext` that a program keeps in a static or behind an `Arc` of its own.",
    },
    Rule {
        id: "R4",
        name: "no-blocking",
        rule: "Nothing blocks while the isolate's lock is held.",
        why: "Everyone else who wants the isolate waits as long as the blocked turn; if the turn waits for one of them, \
              for ever.",
        compile_time: By("An entry takes a plain `fn`, never a future, so nothing can be awaited under the lock; \
                          `#[isolate_fn]` refuses direct calls that block (`block_on`, `run_blocking`, `thread::sleep`, \
                          `std::fs`, …) in a synchronous body and in the turns of an asynchronous one, and guards of \
                          locks that are held across an `.await`."),
        run_time: By(
            "`run_blocking` inside a turn is refused when it would wait for its own isolate, or for a turn that \
                      waits for this one: `Deadlock` names both call sites.",
        ),
        unseen: "Blocking calls of code that isolock doesn't own: locks, channels, sockets, sleeps.",
    },
    Rule {
        id: "R5",
        name: "name-what-is-affine",
        rule: "A resource that belongs to a thread, an isolate or a context says so in its type and in its name.",
        why: "A value that looks sendable but is bound to one place is touched or dropped elsewhere.",
        compile_time: By(
            "`#[thread_affine(owner = ..)]` names the owner and checks the fields; `lock.own` and `Homed::here` take \
                          only such types, and those of an isolate or context must be `Send`; guards borrow the turn's lock; \
                          a JS value leaves a turn only as `JsRoot`.",
        ),
        run_time: By(
            "Every open compares owner and place: `WrongThread`, `WrongIsolate`, `WrongContext`, with both sides, where \
                      the value was made and where the turn was entered; a second borrow through JavaScript is `Borrowed`, \
                      with both call sites.",
        ),
        unseen: "Resources of the embedder (connections, watchers) that are not declared affine, and a field of a portable \
                 type that stands for something bound.",
    },
    Rule {
        id: "R6",
        name: "never-mix",
        rule: "Handles of one isolate never reach another; contexts of one isolate share only what says so.",
        why: "V8 does not brand its handles: one used with the wrong isolate reads another heap.",
        compile_time: By(
            "Locals can't leave a turn and one thread is in one turn at a time, so two isolates' handles never \
                          meet in safe code.",
        ),
        run_time: By(
            "Every `JsRoot` is compared with the isolate and the group of the `Lock` that opens it; `in_context` \
                      stays within the group.",
        ),
        unseen: "Raw `v8::Global` values that a program moves by itself, through a wrapper that claims to be `Portable`.",
    },
    Rule {
        id: "R7",
        name: "no-escape",
        rule: "A V8 handle never outlives its turn, nor is held across an await.",
        why: "After the turn the handle's slot is reused; during an await the lock isn't held.",
        compile_time: By(
            "Results of turns must be `Portable` and owned; `Lock` and `Local` are neither; an asynchronous \
                          host function can't name them in its signature.",
        ),
        run_time: Not("Handles are plain pointers into a scope: once they have escaped nothing can tell."),
        unseen: "The few calls of the raw crate that return handles with a lifetime of the caller's choice \
                 (`v8::null`, `v8::undefined`, `Module::get_exception`); results must be `Send`, which no handle is.",
    },
    Rule {
        id: "R8",
        name: "callbacks-by-message",
        rule: "A foreign thread reaches JS only by a message to the isolate's turns, and a wait that can't end is an error.",
        why: "A thread that calls into V8 directly races; one that waits for a turn that waits for it hangs.",
        compile_time: By("`Lock` is not `Send`, so another thread has no way in but the entries, which queue a turn."),
        run_time: By(
            "Waits are edges of a graph: the one that closes a cycle is refused as `Deadlock`, and one for a \
                      context that ends is `Gone`.",
        ),
        unseen: "Waits on anything but turns and gates (channels, condition variables, other processes).",
    },
    Rule {
        id: "R9",
        name: "drop-at-home",
        rule: "Affine values are dropped by their owner; nothing runs after shutdown; `Drop` never blocks or panics.",
        why: "Whoever lets go last would otherwise dispose of a heap on a thread that knows nothing of it, perhaps inside \
              another isolate's callback.",
        compile_time: By(
            "`Homed` and `JsRoot` are the only sendable owners of affine values and JS values, and the strong context is \
                          not `Portable`.",
        ),
        run_time: By("Drops are queued and done inside the owner's next turn; a reaper thread disposes of isolates; \
                      queued work fails with `Gone`, exactly once; own values are dropped by their owner, the youngest \
                      first, under catch."),
        unseen: "Values that a program leaks (`mem::forget`, reference cycles).",
    },
    Rule {
        id: "R10",
        name: "no-unwind",
        rule: "A panic never crosses into V8 or C.",
        why: "Unwinding through V8's frames is undefined; Rust aborts the process instead.",
        compile_time: Not("Any Rust code may panic, and the type system doesn't say so."),
        run_time: By(
            "Every callback catches: a panic of a host function becomes a JS exception, one of a turn's body is \
                      `Panicked` for its caller, and the isolate stays usable.",
        ),
        unseen: "A program built with `panic = \"abort\"`, and panics inside a panic hook.",
    },
];
