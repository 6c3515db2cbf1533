#[automatically_derived]
#[allow(deprecated)]
impl<T> ::renamed::isolock::Portable for Named<T>
where
    T: ::renamed::isolock::Portable,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::renamed::isolock::__private::PortableFields for Named<T>
where
    T: ::renamed::isolock::Portable,
{
    const CHECKED: () = {
        ::renamed::isolock::__private::assert_portable::<T>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::Portable for Tag<T>
where
    T: 'static,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<T> ::isolock::__private::PortableFields for Tag<T>
where
    T: 'static,
{
    const CHECKED: () = {
        ::isolock::__private::assert_portable::<PhantomData<fn() -> T>>();
    };
}

#[automatically_derived]
#[allow(deprecated)]
impl<S> crate::reexport::Portable for Page<S>
where
    S: Source,
    S::Row: Portable,
{}
#[automatically_derived]
#[allow(deprecated)]
impl<S> crate::reexport::__private::PortableFields for Page<S>
where
    S: Source,
    S::Row: Portable,
{
    const CHECKED: () = {
        crate::reexport::__private::assert_portable::<Vec<S::Row>>();
    };
}
