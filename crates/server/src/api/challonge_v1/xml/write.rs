//! Answers in XML: what serde writes as JSON, written as elements.

use std::fmt;

use quick_xml::{
    Writer,
    escape::partial_escape,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};
use serde::ser::{self, Serialize};

/// Why an answer cannot be written.
#[derive(Debug, thiserror::Error)]
pub(in crate::api::challonge_v1) enum Unwritable {
    /// The writer failed.
    #[error("cannot write XML: {0}")]
    Io(#[from] std::io::Error),
    /// The value has a shape that has no form in XML.
    #[error("{0}")]
    Shape(String),
}

impl ser::Error for Unwritable {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Shape(message.to_string())
    }
}

fn shapeless<T>(what: &str) -> Result<T, Unwritable> {
    Err(Unwritable::Shape(format!("{what} has no form in XML")))
}

/// The document of a value. A list needs the name of its root; of anything else the members are
/// the roots, so that `{"tournament": {…}}` is a `<tournament>`.
pub(in crate::api::challonge_v1) fn write(
    root: &str,
    value: &impl Serialize,
) -> Result<Vec<u8>, Unwritable> {
    let mut out = Writer::new_with_indent(Vec::new(), b' ', 2);
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    value.serialize(Element { out: &mut out, name: root.to_owned(), listed: true, kind: None })?;
    let mut document = out.into_inner();
    document.push(b'\n');
    Ok(document)
}

type Out = Writer<Vec<u8>>;

/// Writes one value.
struct Element<'a> {
    out: &'a mut Out,
    name: String,
    /// In a list (or at the root) an object has no element of its own: its one member has.
    listed: bool,
    /// What Rails calls the type of a text that is none.
    kind: Option<&'static str>,
}

/// The name of a member of a list.
fn singular(name: &str) -> String {
    name.strip_suffix('s').unwrap_or(name).to_owned()
}

/// Characters that XML 1.0 cannot carry are left out.
fn legal(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'))
        .collect()
}

impl<'a> Element<'a> {
    /// The element's name. Keys that people choose may have what no name can have.
    fn tag(&self) -> String {
        let legal = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' };
        let tag: String = self.name.chars().map(legal).collect();
        match tag.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => tag,
            _ => format!("_{tag}"),
        }
    }

    fn text(self, kind: Option<&'static str>, text: &str) -> Result<(), Unwritable> {
        let tag = self.tag();
        let mut element = self.out.create_element(tag);
        if let Some(kind) = self.kind.or(kind) {
            element = element.with_attribute(("type", kind));
        }
        let text = legal(text);
        element.write_text_content(BytesText::from_escaped(partial_escape(text.as_str())))?;
        Ok(())
    }

    fn nothing(self) -> Result<(), Unwritable> {
        let tag = self.tag();
        self.out.create_element(tag).with_attribute(("nil", "true")).write_empty()?;
        Ok(())
    }

    fn object(self) -> Result<Object<'a>, Unwritable> {
        let tag = (!self.listed).then(|| self.tag());
        if let Some(tag) = &tag {
            self.out.write_event(Event::Start(BytesStart::new(tag.as_str())))?;
        }
        Ok(Object { out: self.out, tag, key: None })
    }
}

/// Writes the members of an object.
struct Object<'a> {
    out: &'a mut Out,
    tag: Option<String>,
    key: Option<String>,
}

impl Object<'_> {
    fn member<T: ?Sized + Serialize>(&mut self, name: &str, value: &T) -> Result<(), Unwritable> {
        let name = name.to_owned();
        value.serialize(Element { out: self.out, name, listed: false, kind: None })
    }

    fn close(self) -> Result<(), Unwritable> {
        if let Some(tag) = self.tag {
            self.out.write_event(Event::End(BytesEnd::new(tag)))?;
        }
        Ok(())
    }
}

impl ser::SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        self.member(key, value)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.close()
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<(), Unwritable> {
        self.key = match serde_json::to_value(key) {
            Ok(serde_json::Value::String(key)) => Some(key),
            _ => return shapeless("a key that is no text"),
        };
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        let key = self.key.take().unwrap_or_default();
        self.member(&key, value)
    }

    fn end(self) -> Result<(), Unwritable> {
        self.close()
    }
}

/// Writes the members of a list.
struct List<'a> {
    out: &'a mut Out,
    tag: String,
    member: String,
    empty: bool,
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        if std::mem::take(&mut self.empty) {
            let start = BytesStart::new(self.tag.as_str()).with_attributes([("type", "array")]);
            self.out.write_event(Event::Start(start))?;
        }
        let name = self.member.clone();
        value.serialize(Element { out: self.out, name, listed: true, kind: None })
    }

    fn end(self) -> Result<(), Unwritable> {
        if self.empty {
            let element = self.out.create_element(self.tag);
            element.with_attribute(("type", "array")).write_empty()?;
        } else {
            self.out.write_event(Event::End(BytesEnd::new(self.tag)))?;
        }
        Ok(())
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = Unwritable;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<(), Unwritable> {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<(), Unwritable> {
        ser::SerializeSeq::end(self)
    }
}

impl<'a> ser::Serializer for Element<'a> {
    type Ok = ();
    type Error = Unwritable;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = ser::Impossible<(), Unwritable>;
    type SerializeTupleVariant = ser::Impossible<(), Unwritable>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = ser::Impossible<(), Unwritable>;

    fn serialize_bool(self, v: bool) -> Result<(), Unwritable> {
        self.text(Some("boolean"), if v { "true" } else { "false" })
    }

    fn serialize_i8(self, v: i8) -> Result<(), Unwritable> {
        self.serialize_i64(v.into())
    }

    fn serialize_i16(self, v: i16) -> Result<(), Unwritable> {
        self.serialize_i64(v.into())
    }

    fn serialize_i32(self, v: i32) -> Result<(), Unwritable> {
        self.serialize_i64(v.into())
    }

    fn serialize_i64(self, v: i64) -> Result<(), Unwritable> {
        self.text(Some("integer"), &v.to_string())
    }

    fn serialize_u8(self, v: u8) -> Result<(), Unwritable> {
        self.serialize_u64(v.into())
    }

    fn serialize_u16(self, v: u16) -> Result<(), Unwritable> {
        self.serialize_u64(v.into())
    }

    fn serialize_u32(self, v: u32) -> Result<(), Unwritable> {
        self.serialize_u64(v.into())
    }

    fn serialize_u64(self, v: u64) -> Result<(), Unwritable> {
        self.text(Some("integer"), &v.to_string())
    }

    fn serialize_f32(self, v: f32) -> Result<(), Unwritable> {
        self.serialize_f64(v.into())
    }

    fn serialize_f64(self, v: f64) -> Result<(), Unwritable> {
        self.text(Some("float"), &v.to_string())
    }

    fn serialize_char(self, v: char) -> Result<(), Unwritable> {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, v: &str) -> Result<(), Unwritable> {
        self.text(None, v)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Unwritable> {
        shapeless("a row of bytes")
    }

    fn serialize_none(self) -> Result<(), Unwritable> {
        self.nothing()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<(), Unwritable> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Unwritable> {
        self.nothing()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Unwritable> {
        self.nothing()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Unwritable> {
        self.text(None, variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Unwritable> {
        value.serialize(Self { kind: Some(name), ..self })
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<(), Unwritable> {
        shapeless("a variant")
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, Unwritable> {
        let (tag, member) = (self.tag(), singular(&self.name));
        Ok(List { out: self.out, tag, member, empty: true })
    }

    fn serialize_tuple(self, length: usize) -> Result<List<'a>, Unwritable> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unwritable> {
        shapeless("a tuple")
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unwritable> {
        shapeless("a variant")
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, Unwritable> {
        self.object()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, Unwritable> {
        self.object()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Unwritable> {
        shapeless("a variant")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    #[rstest::rstest]
    #[case(
        json!({"tournament": {"full_url": "a<b>&\u{1}", "id": 7, "open": true, "none": null}}),
        "<tournament>\n  <full-url>a&lt;b&gt;&amp;</full-url>\n  <id type=\"integer\">7</id>\n  <none nil=\"true\"/>\n  <open type=\"boolean\">true</open>\n</tournament>\n"
    )]
    #[case(json!({"a": {"2 < 3": "x", "": "y"}}), "<a>\n  <_>y</_>\n  <_2---3>x</_2---3>\n</a>\n")]
    #[case(json!([]), "<tournaments type=\"array\"/>\n")]
    #[case(
        json!([{"tournament": {"tie_breaks": ["a", "b"]}}]),
        "<tournaments type=\"array\">\n  <tournament>\n    <tie-breaks type=\"array\">\n      <tie-break>a</tie-break>\n      <tie-break>b</tie-break>\n    </tie-breaks>\n  </tournament>\n</tournaments>\n"
    )]
    fn documents(#[case] value: Value, #[case] text: &str) {
        let written = super::write("tournaments", &value).unwrap();
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        assert_eq!(String::from_utf8(written).unwrap(), format!("{head}{text}"));
    }
}
