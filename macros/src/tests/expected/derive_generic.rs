#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::Portable for Wrap<T>
where
    T: ::isolock::Portable,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::__private::PortableFields for Wrap<T>
where
    T: ::isolock::Portable,
{
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<T>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl<K: Ord, V: ?Sized, const N: usize> ::isolock::Portable for All<K, V, N>
where
    V: Debug,
    K: Hash,
    K: ::isolock::Portable,
    V: ::isolock::Portable,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<K: Ord, V: ?Sized, const N: usize> ::isolock::__private::PortableFields
for All<K, V, N>
where
    V: Debug,
    K: Hash,
    K: ::isolock::Portable,
    V: ::isolock::Portable,
{
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<[Box<V>; N]>();
        ::isolock::__private::assert_portable::<PhantomData<K>>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::Portable for Tree {}
#[automatically_derived]
#[allow(deprecated)]
impl ::isolock::__private::PortableFields for Tree {
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<Vec<Tree>>();
        ::isolock::__private::assert_portable::<Option<Weak<Self>>>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::Portable for List<T>
where
    T: ::isolock::Portable,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::__private::PortableFields for List<T>
where
    T: ::isolock::Portable,
{
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<T>();
        ::isolock::__private::assert_portable::<Box<List<T>>>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::Portable for Marked<T>
where
    T: ::isolock::Portable,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::__private::PortableFields for Marked<T>
where
    T: ::isolock::Portable,
{
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<PhantomData<fn() -> T>>();
    };
}
