//! Module loaders, resolvers and host modules: the corrected programs.

use crate::support::*;
use isolock::{LoadError, ModuleSource, prelude::*, v8};
use isolock_tests::block_on;
use std::{
    collections::HashMap,
    env, fs,
    path::PathBuf,
    process,
    sync::{Arc, Mutex},
};

/// The default export of a module, as a string.
#[track_caller]
fn default_of(ctx: &IoContext, name: &str) -> String {
    let read = async {
        let module: JsRoot<v8::Object> = ctx.import(name).await?;
        ctx.try_run((module,), |lock, (module,)| {
            let (module, key) = (module.try_get(lock)?, lock.string("default")?);
            let value = lock.try_catch(|lock| module.get(lock, key.into()))?;
            Ok::<_, RunError>(value.to_rust_string_lossy(lock))
        })
        .await
    };
    block_on(read).unwrap()
}

/// A folder with a file `main.js`, for one test.
fn folder(test: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("isolock-{test}-{}", process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("main.js"), "export default 'from a file'").unwrap();
    folder
}

#[test]
fn r2_unlisted_variable_in_module_loader() {
    fn serve(lock: &mut Lock<'_>, root: PathBuf) {
        lock.module_loader((root,), |_ev, (root,), request| async move {
            let text = fs::read_to_string(root.join(&request.name))?;
            Ok(ModuleSource::javascript(text))
        });
    }

    let root = folder("loader");
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((root.clone(),), |lock, (root,)| serve(lock, root))).unwrap();
        assert_eq!(default_of(&ctx, "main.js"), "from a file");
        let missing = threw(block_on(ctx.import("missing.js")));
        assert!(missing.message.starts_with("can't load module `missing.js`: "), "{missing}");
    });
    fs::remove_file(root.join("main.js")).unwrap();
    fs::remove_dir(root).unwrap();
}

#[test]
fn r2_unlisted_variable_in_module_resolver() {
    fn resolve_packages(lock: &mut Lock<'_>, packages: HashMap<String, String>) {
        lock.module_resolver((packages,), |(packages,), specifier, _referrer| {
            packages.get(specifier).cloned().ok_or_else(|| LoadError::new("it is no dependency"))
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let packages = HashMap::from([("left-pad".to_owned(), "/packages/left-pad/index.js".to_owned())]);
        block_on(ctx.run((packages,), |lock, (packages,)| {
            resolve_packages(lock, packages);
            lock.module_loader((), |_ev, (), request| async move {
                Ok(ModuleSource::javascript(format!("export default {:?}", request.name)))
            });
        }))
        .unwrap();
        assert_eq!(default_of(&ctx, "left-pad"), "/packages/left-pad/index.js");
        assert!(threw(block_on(ctx.import("right-pad"))).message.ends_with("it is no dependency"));
    });
}

#[test]
fn r2_rc_captured_by_module_loader() {
    fn serve(lock: &mut Lock<'_>, files: Arc<HashMap<String, String>>) {
        lock.module_loader((files,), |_ev, (files,), request| async move {
            match files.get(&request.name) {
                Some(text) => Ok(ModuleSource::javascript(text.as_str())),
                None => Err(LoadError::new("there is no such file")),
            }
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let files = Arc::new(HashMap::from([("a.js".to_owned(), "export default 1".to_owned())]));
        block_on(ctx.run((files,), |lock, (files,)| serve(lock, files))).unwrap();
        assert_eq!(default_of(&ctx, "a.js"), "1");
    });
}

#[test]
fn r2_capture_of_module_loader_not_clone() {
    struct Store {
        url: String,
    }

    impl Portable for Store {}

    fn serve(lock: &mut Lock<'_>, store: Arc<Store>) {
        lock.module_loader((store,), |_ev, (store,), request| async move {
            Ok(ModuleSource::javascript(format!("export default '{}/{}'", store.url, request.name)))
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let store = Arc::new(Store { url: "store:".to_owned() });
        block_on(ctx.run((store,), |lock, (store,)| serve(lock, store))).unwrap();
        assert_eq!(default_of(&ctx, "a.js"), "store:/a.js");
    });
}

#[test]
fn r3_context_captured_by_module_loader() {
    fn serve(lock: &mut Lock<'_>) {
        lock.module_loader((), |ev, (), request| async move {
            let text: Result<String, RunError> = ev
                .try_run((request.name,), |lock, (name,)| {
                    let text = lock.eval(&format!("sources[{name:?}]"))?;
                    Ok(text.to_rust_string_lossy(lock))
                })
                .await;
            Ok(ModuleSource::javascript(text?))
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| serve(lock))).unwrap();
        block_on(ctx.eval::<()>("globalThis.sources = { 'a.js': 'export default 2' }; 0")).unwrap();
        assert_eq!(default_of(&ctx, "a.js"), "2");
    });
}

#[test]
fn r4_lock_used_in_module_loader() {
    fn serve(lock: &mut Lock<'_>) {
        lock.module_loader((), |ev, (), request| async move {
            ev.run((request.name,), |lock, (name,)| lock.console_log(&format!("loads {name}"))).await?;
            Ok(ModuleSource::javascript("export default 3"))
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| serve(lock))).unwrap();
        assert_eq!(default_of(&ctx, "a.js"), "3");
        assert_eq!(world.console(), ["loads a.js"]);
    });
}

#[test]
fn r4_module_loader_without_async() {
    fn serve(lock: &mut Lock<'_>, files: Arc<HashMap<String, String>>) {
        lock.module_loader((files,), |_ev, (files,), request| async move {
            match files.get(&request.name) {
                Some(text) => Ok(ModuleSource::text(text.as_str())),
                None => Err(LoadError::new("there is no such file")),
            }
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let files = Arc::new(HashMap::from([("a.txt".to_owned(), "four".to_owned())]));
        block_on(ctx.run((files,), |lock, (files,)| serve(lock, files))).unwrap();
        let script = "import('a.txt', { with: { type: 'text' } }).then(a => a.default)";
        assert_eq!(text(&ctx, script), "four");
    });
}

#[test]
fn r4_mutex_guard_in_module_loader() {
    fn serve(lock: &mut Lock<'_>, cache: Arc<Mutex<HashMap<String, String>>>) {
        lock.module_loader((cache,), |ev, (cache,), request| async move {
            let text = ev.run((request.name.clone(),), |_lock, (name,)| format!("export default {name:?}")).await?;
            cache.lock().unwrap().insert(request.name, text.clone());
            Ok(ModuleSource::javascript(text))
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        let cache = Arc::new(Mutex::default());
        block_on(ctx.run((cache.clone(),), |lock, (cache,)| serve(lock, cache))).unwrap();
        assert_eq!(default_of(&ctx, "a.js"), "a.js");
        assert_eq!(cache.lock().unwrap()["a.js"], "export default \"a.js\"");
    });
}

#[test]
fn r7_local_taken_out_by_module_loader() {
    fn serve(lock: &mut Lock<'_>) {
        lock.module_loader((), |ev, (), request| async move {
            let text: Result<String, RunError> = ev
                .try_run((request.name,), |lock, (name,)| {
                    let text = lock.eval(&format!("'export default ' + {name:?}.length"))?;
                    Ok(text.to_rust_string_lossy(lock))
                })
                .await;
            Ok(ModuleSource::javascript(text?))
        });
    }

    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((), |lock, ()| serve(lock))).unwrap();
        assert_eq!(default_of(&ctx, "abcdef"), "6");
    });
}

#[test]
fn r7_module_loader_gives_string() {
    fn serve(lock: &mut Lock<'_>, root: PathBuf) {
        lock.module_loader((root,), |_ev, (root,), request| async move {
            let text = fs::read_to_string(root.join(&request.name))?;
            Ok(ModuleSource::javascript(text))
        });
    }

    let root = folder("string");
    on_both_homes(|world| {
        let (_isolate, ctx) = world.context();
        block_on(ctx.run((root.clone(),), |lock, (root,)| serve(lock, root))).unwrap();
        assert_eq!(default_of(&ctx, "main.js"), "from a file");
    });
    fs::remove_file(root.join("main.js")).unwrap();
    fs::remove_dir(root).unwrap();
}

#[isolate_fn]
fn add(a: f64, b: f64) -> f64 {
    a + b
}

#[test]
fn r2_function_in_host_module() {
    async fn start(isolate: &Isolate) -> Result<IoContext, RunError> {
        isolate.context(ContextOptions::new()).setup((), |lock, ()| lock.module("host:math", (add {},))).await
    }

    on_both_homes(|world| {
        let isolate = world.isolate();
        let ctx = block_on(start(&isolate)).unwrap();
        assert_eq!(number(&ctx, "import('host:math').then(math => math.add(1, 2))"), 3.0);
    });
}
