//! `#[derive(Portable)]`: the derived types cross a turn's boundary, in and out.

use crate::support::*;
use isolock::{prelude::*, v8};
use isolock_tests::block_on;
use std::{
    borrow::Cow,
    marker::PhantomData,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

#[test]
fn r2_derive_field_rc() {
    #[derive(Portable)]
    struct Job {
        id: u64,
        names: Arc<[String]>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let names: Arc<[String]> = ["a", "b"].map(String::from).into();
        let job = Job { id: 7, names: names.clone() };
        let set = ctx.try_run((job,), |lock, (job,)| lock.set_global("names", job.names.to_vec()).map(|()| job));
        let job = block_on(set).unwrap();
        assert!(job.id == 7 && Arc::ptr_eq(&job.names, &names), "it comes back as it went in");
        assert_eq!(block_on(ctx.eval::<String>("names.join()")).unwrap(), "a,b");
    });
}

#[test]
fn r2_derive_field_guard() {
    #[derive(Portable)]
    struct Session {
        user: String,
        rows: Arc<Mutex<Vec<String>>>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let rows = Arc::new(Mutex::new(vec!["first".to_owned()]));
        let session = Session { user: "ada".into(), rows: rows.clone() };
        block_on(ctx.run((session,), |_lock, (session,)| session.rows.lock().unwrap().push(session.user))).unwrap();
        assert_eq!(*rows.lock().unwrap(), ["first", "ada"]);
    });
}

#[test]
fn r2_derive_field_reference() {
    struct Config {
        title: String,
    }

    impl Portable for Config {}

    #[derive(Portable)]
    struct Page {
        number: u32,
        config: Arc<Config>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let page = Page { number: 2, config: Arc::new(Config { title: "News".into() }) };
        let title = block_on(ctx.run((page,), |_lock, (page,)| format!("{} {}", page.config.title, page.number)));
        assert_eq!(title.unwrap(), "News 2");
    });
}

#[test]
fn r5_derive_field_global() {
    #[derive(Portable)]
    struct Listener {
        event: String,
        callback: JsRoot<v8::Function>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let callback = block_on(ctx.eval("(event => 'got ' + event)")).unwrap();
        let listener = Listener { event: "load".into(), callback };
        let call = ctx.try_run((listener,), |lock, (listener,)| {
            let callback = listener.callback.try_get(lock)?;
            lock.set_global("callback", callback)?;
            lock.set_global("event", listener.event)
        });
        block_on(call).unwrap();
        assert_eq!(block_on(ctx.eval::<String>("callback(event)")).unwrap(), "got load");
    });
}

#[test]
fn r3_derive_field_context() {
    #[derive(Portable)]
    struct Request {
        url: String,
        owner: WeakIoContext,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let request = Request { url: "/a".into(), owner: ctx.downgrade() };
        let set = ctx.try_run((request,), |lock, (request,)| {
            lock.set_global("url", request.url)?;
            Ok::<_, RunError>(request.owner)
        });
        let owner = block_on(set).unwrap();
        ctx.close();
        gone(block_on(owner.run((), |_lock, ()| ())));
    });
}

#[test]
fn r3_derive_variant_isolate() {
    #[derive(Debug, PartialEq, Portable)]
    enum Command {
        Stop,
        Evaluate { source: String },
        Repeat(Box<Command>, u8),
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let send = |command| {
            let sent = ctx.try_run((command,), |lock, (command,)| match command {
                Command::Evaluate { source } => lock.eval(&source).map(|_| Command::Stop),
                other => Ok(other),
            });
            block_on(sent).unwrap()
        };
        assert_eq!(send(Command::Evaluate { source: "globalThis.ran = true".into() }), Command::Stop);
        assert!(block_on(ctx.eval::<bool>("ran")).unwrap());
        let repeat = || Command::Repeat(Box::new(Command::Stop), 3);
        assert_eq!(send(repeat()), repeat());
    });
}

#[test]
fn r2_derive_generic_not_portable() {
    #[derive(Portable)]
    struct Row {
        name: String,
    }

    #[derive(Portable)]
    struct Page<T> {
        number: u32,
        items: Vec<T>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let page = Page { number: 1, items: vec![Row { name: "x".into() }, Row { name: "y".into() }] };
        let names = ctx.run((page,), |_lock, (page,)| {
            let names: Vec<_> = page.items.into_iter().map(|row| row.name).collect();
            Page { number: page.number + 1, items: names }
        });
        let page = block_on(names).unwrap();
        assert_eq!((page.number, page.items.concat().as_str()), (2, "xy"));
    });
}

#[test]
fn r2_derive_union() {
    #[derive(Clone, Copy, Debug, PartialEq, Portable)]
    enum Number {
        Int(u64),
        Float(f64),
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let swap = |number| {
            block_on(ctx.run((number,), |_lock, (number,)| match number {
                Number::Int(int) => Number::Float(f64::from_bits(int)),
                Number::Float(float) => Number::Int(float.to_bits()),
            }))
            .unwrap()
        };
        let one = Number::Float(1.0);
        assert_eq!(swap(swap(one)), one);
    });
}

#[test]
fn r2_derive_lifetime() {
    #[derive(Portable)]
    struct Header {
        name: Cow<'static, str>,
        value: String,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let header = Header { name: "accept".into(), value: "*/*".into() };
        block_on(ctx.try_run((header,), |lock, (header,)| {
            lock.set_global("header", format!("{}: {}", header.name, header.value))
        }))
        .unwrap();
        assert_eq!(block_on(ctx.eval::<String>("header")).unwrap(), "accept: */*");
    });
}

#[test]
fn r2_derive_options() {
    /// `T` only names what is counted, and needs to be nothing.
    #[derive(Portable)]
    #[portable(bound(T: Unit), crate = isolock)]
    struct Counter<T> {
        hits: AtomicU32,
        unit: PhantomData<T>,
    }

    trait Unit: Portable {
        const NAME: &'static str;
    }

    #[derive(Portable)]
    struct Visits;

    impl Unit for Visits {
        const NAME: &'static str = "visits";
    }

    fn shown<T: Unit>(lock: &mut Lock<'_>, counter: &Counter<T>) -> String {
        let Counter { hits, unit: PhantomData } = counter;
        let hits = hits.fetch_add(1, Ordering::Relaxed) + 1;
        lock.set_global("hits", hits).unwrap();
        format!("{hits} {}", T::NAME)
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let counter = Counter { hits: AtomicU32::new(1), unit: PhantomData::<Visits> };
        let text = block_on(ctx.run((counter,), |lock, (counter,)| shown(lock, &counter))).unwrap();
        assert_eq!((text.as_str(), block_on(ctx.eval::<u32>("hits")).unwrap()), ("2 visits", 2));
    });
}

#[test]
fn r2_derive_nested_without_derive() {
    #[derive(Portable)]
    struct Address {
        city: String,
    }

    #[derive(Portable)]
    struct Customer {
        name: String,
        addresses: Vec<Address>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let addresses = ["Bonn", "Oslo"].map(|city| Address { city: city.into() });
        let customer = Customer { name: "Ada".into(), addresses: addresses.into() };
        let text = block_on(ctx.run((customer,), |_lock, (customer,)| {
            let cities: Vec<_> = customer.addresses.iter().map(|address| address.city.as_str()).collect();
            format!("{}: {}", customer.name, cities.join(", "))
        }));
        assert_eq!(text.unwrap(), "Ada: Bonn, Oslo");
    });
}

#[test]
fn r7_derive_field_local() {
    #[derive(Portable)]
    struct Answer {
        status: u16,
        body: JsRoot<v8::Value>,
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let ask = ctx.try_run((), |lock, ()| {
            let body = lock.eval("({ text: 'hello' })")?;
            Ok::<_, RunError>(Answer { status: 200, body: lock.root(body) })
        });
        let answer = block_on(ask).unwrap();
        assert_eq!(answer.status, 200);
        block_on(ctx.try_run((answer,), |lock, (answer,)| {
            let body = answer.body.try_get(lock)?;
            lock.set_global("body", body)
        }))
        .unwrap();
        assert_eq!(block_on(ctx.eval::<String>("body.text")).unwrap(), "hello");
    });
}
