//! What is dropped on foreign threads arrives exactly once.

use super::model::explore;
use crate::protocol::{delete_queue::DeleteQueue, sync::Arc};
use loom::thread;

fn pushers(queue: &Arc<DeleteQueue<u8>>) -> [thread::JoinHandle<Result<bool, u8>>; 2] {
    [1, 2].map(|value| {
        let queue = queue.clone();
        thread::spawn(move || queue.push(value))
    })
}

#[test]
fn loom_push_races_drain() {
    explore(|| {
        let queue = Arc::new(DeleteQueue::new());
        let pushers = pushers(&queue);
        let mut seen = queue.drain();
        let told = pushers.map(|pusher| pusher.join().unwrap().expect("the queue is open"));
        // A home that was told comes back: whoever found the queue empty told it, after the push.
        assert!(told[0] || told[1]);
        let rest = queue.drain();
        assert!(rest.is_empty() || told.contains(&true));
        seen.extend(rest);
        seen.sort_unstable();
        assert_eq!(seen, [1, 2]);
        assert!(queue.is_empty());
    });
}

#[test]
fn loom_push_races_close() {
    explore(|| {
        let queue = Arc::new(DeleteQueue::new());
        let pushers = pushers(&queue);
        let mut seen = queue.drain();
        seen.extend(queue.close());
        seen.extend(pushers.into_iter().filter_map(|pusher| pusher.join().unwrap().err()));
        seen.sort_unstable();
        assert_eq!(seen, [1, 2], "each is drained or given back");
        assert!(queue.drain().is_empty() && queue.close().is_empty());
    });
}

/// A drain that overlooks a push (its length was read before) is made good by the push, which says that the home should
/// be told.
#[test]
fn loom_overlooked_push_tells_the_home() {
    explore(|| {
        let queue = Arc::new(DeleteQueue::new());
        let pusher = {
            let queue = queue.clone();
            thread::spawn(move || queue.push(1).expect("the queue is open"))
        };
        let seen = queue.drain();
        let told = pusher.join().unwrap();
        assert!(told);
        assert_eq!(seen.len() + queue.drain().len(), 1);
    });
}
