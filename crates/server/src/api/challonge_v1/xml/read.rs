//! Bodies in XML as parameters.

use quick_xml::{
    Reader,
    escape::resolve_predefined_entity,
    events::{BytesStart, Event},
};
use serde_json::{Map, Value};

use crate::api::challonge_v1::parameters::Unreadable;

/// Deepest nesting of elements.
const DEPTH: usize = 16;

/// An element that is still open.
#[derive(Debug, Default)]
struct Element {
    name: String,
    list: bool,
    nil: bool,
    /// The name of a file, whose bytes are the text.
    file: Option<String>,
    text: String,
    children: Vec<(String, Value)>,
}

impl Element {
    fn opened_by(start: &BytesStart<'_>) -> Result<Self, Unreadable> {
        let attribute = |name: &str| -> Result<Option<String>, Unreadable> {
            let found = start.try_get_attribute(name).map_err(|error| broken(&error))?;
            Ok(found.map(|it| it.value.into_owned()))
        };
        let kind = attribute("type")?;
        let file = match kind.as_deref() {
            Some("file") => Some(attribute("name")?.unwrap_or_default()),
            _ => None,
        };
        Ok(Self {
            name: start.local_name().into_inner().replace('-', "_"),
            list: kind.as_deref() == Some("array"),
            file,
            nil: matches!(attribute("nil")?.as_deref(), Some("true" | "1")),
            ..Self::default()
        })
    }

    /// What it comes to as a parameter.
    fn close(self) -> Value {
        if self.nil {
            return Value::Null;
        }
        if self.list {
            return Value::Array(self.children.into_iter().map(|(_, value)| value).collect());
        }
        if let Some(name) = self.file {
            let members = [("filename", name), ("data", self.text)];
            return Value::Object(
                members.map(|(key, text)| (key.to_owned(), text.into())).into_iter().collect(),
            );
        }
        if self.children.is_empty() {
            return Value::String(self.text);
        }
        let mut map = Map::new();
        for (name, value) in self.children {
            // What stands there several times is a list.
            match map.get_mut(&name) {
                None => {
                    map.insert(name, value);
                }
                Some(Value::Array(items)) => items.push(value),
                Some(first) => *first = Value::Array(vec![first.take(), value]),
            }
        }
        Value::Object(map)
    }
}

fn broken(error: &dyn std::fmt::Display) -> Unreadable {
    Unreadable::new(format!("The body is not valid XML: {error}."))
}

/// The parameters in an XML document. Its root is the name of what is inside, unless it is one of
/// the names that Rails gives to what has none. Only the five entities that XML itself has are
/// known: nothing is looked up and nothing is expanded.
pub(in crate::api::challonge_v1) fn read(body: &[u8]) -> Result<Map<String, Value>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|error| broken(&error))?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    loop {
        let event = reader.read_event().map_err(|error| broken(&error))?;
        let closed = match event {
            Event::Start(start) => {
                if open.len() >= DEPTH {
                    return Err(broken(&"it is nested too deeply"));
                }
                open.push(Element::opened_by(&start)?);
                None
            }
            Event::Empty(start) => Some(Element::opened_by(&start)?),
            Event::End(_) => open.pop(),
            Event::Text(more) => {
                add(&mut open, &more.xml10_content());
                None
            }
            Event::CData(more) => {
                add(&mut open, &more.xml10_content());
                None
            }
            Event::GeneralRef(entity) => {
                let letter = entity.resolve_char_ref().map_err(|error| broken(&error))?;
                match letter {
                    Some(letter) => add(&mut open, letter.encode_utf8(&mut [0; 4])),
                    None => match resolve_predefined_entity(&entity.xml10_content()) {
                        Some(known) => add(&mut open, known),
                        None => return Err(broken(&"it has an unknown entity")),
                    },
                }
                None
            }
            Event::Eof => break,
            _ => None,
        };
        if let Some(element) = closed {
            let name = element.name.clone();
            let value = element.close();
            match open.last_mut() {
                Some(parent) => parent.children.push((name, value)),
                None => root = Some((name, value)),
            }
        }
    }
    if !open.is_empty() {
        return Err(broken(&"it ends too early"));
    }
    match root {
        Some((name, Value::Object(map))) if matches!(name.as_str(), "hash" | "request") => Ok(map),
        Some((name, value)) => Ok(Map::from_iter([(name, value)])),
        None => Err(broken(&"it has no element")),
    }
}

fn add(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[rstest::rstest]
    #[case(
        "<?xml version=\"1.0\"?>\n<tournament>\n <name>A &amp; &#66;</name><open-signup type=\"boolean\">true</open-signup><signup-cap nil=\"true\"/></tournament>",
        json!({"tournament": {"name": "A & B", "open_signup": "true", "signup_cap": null}})
    )]
    #[case(
        "<participants type=\"array\"><participant><name>a</name></participant></participants>",
        json!({"participants": [{"name": "a"}]})
    )]
    #[case(
        "<hash><participants><participant><name>a</name></participant><participant><name><![CDATA[<b>]]></name></participant></participants></hash>",
        json!({"participants": {"participant": [{"name": "a"}, {"name": "<b>"}]}})
    )]
    #[case(
        "<match-attachment><asset type=\"file\" name=\"a.txt\" content-type=\"text/plain\">aGk=</asset></match-attachment>",
        json!({"match_attachment": {"asset": {"filename": "a.txt", "data": "aGk="}}})
    )]
    #[case("<tournament><tie-breaks type=\"array\"/></tournament>", json!({"tournament": {"tie_breaks": []}}))]
    fn documents(#[case] text: &str, #[case] tree: Value) {
        assert_eq!(Value::Object(read(text.as_bytes()).unwrap()), tree);
    }

    #[rstest::rstest]
    #[case("")]
    #[case("<a>")]
    #[case("<a></b>")]
    #[case("<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>")]
    #[case("<a>&#0;</a>")]
    fn what_is_no_document_is_refused(#[case] text: &str) {
        read(text.as_bytes()).unwrap_err();
    }

    #[test]
    fn nesting_has_an_end() {
        let nested = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        read(nested(DEPTH).as_bytes()).unwrap();
        read(nested(DEPTH + 1).as_bytes()).unwrap_err();
    }
}
