//! The API as people read it: `/docs/api` and a page for each platform.

use std::sync::Arc;

use askama::Template;

use crate::chrome::Chrome;

/// `/docs/api`: every operation of every platform, in a line each.
#[derive(Debug, Clone, Template)]
#[template(path = "docs/index.html")]
pub struct ApiIndexPage {
    /// Frame.
    pub chrome: Chrome,
    /// What was looked for; empty for everything.
    pub query: String,
    /// All platforms.
    pub parts: Arc<[ApiPart]>,
}

/// `/docs/api/{platform}`: the operations of one platform.
#[derive(Debug, Clone, Template)]
#[template(path = "docs/part.html")]
pub struct ApiPartPage {
    /// Frame.
    pub chrome: Chrome,
    /// What was looked for; empty for everything.
    pub query: String,
    /// All platforms.
    pub parts: Arc<[ApiPart]>,
    /// Which of them this page is of.
    pub index: usize,
}

impl ApiIndexPage {
    fn found(&self) -> usize {
        self.parts.iter().map(|part| part.matching(&self.query).count()).sum()
    }
}

impl ApiPartPage {
    fn part(&self) -> Option<&ApiPart> {
        self.parts.get(self.index)
    }
}

/// The operations of one platform.
#[derive(Debug, Clone, Default)]
pub struct ApiPart {
    /// Last part of its page's address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub words: String,
    /// What it serves.
    pub operations: Vec<ApiOperation>,
    /// The shapes that bodies and answers refer to.
    pub shapes: Vec<ApiShape>,
}

impl ApiPart {
    /// The operations that have every word of `query` in what they are called by.
    pub fn matching(&self, query: &str) -> impl Iterator<Item = &ApiOperation> {
        let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
        let found = move |it: &&ApiOperation| words.iter().all(|word| it.find.contains(word));
        self.operations.iter().filter(found)
    }
}

/// One operation.
#[derive(Debug, Clone, Default)]
pub struct ApiOperation {
    /// Its id in the document, and its anchor.
    pub id: String,
    /// In capitals.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
    /// What it is for, in a sentence.
    pub summary: String,
    /// More about it; may be empty.
    pub description: String,
    /// Who may.
    pub access: ApiAccess,
    /// What goes into path, query and headers.
    pub parameters: Vec<ApiField>,
    /// What goes into the body.
    pub body: Option<ApiBody>,
    /// What comes back.
    pub answers: Vec<ApiAnswer>,
    /// A command that asks for it.
    pub curl: String,
    /// Where else it is served.
    pub aliases: Vec<ApiAlias>,
    /// What it is found by, in small letters.
    pub find: String,
}

/// Who may: whoever has one of these.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiAccess {
    /// Credentials, in words.
    pub credentials: Vec<String>,
    /// Scopes of an access token; where two belong together, with a plus between them.
    pub scopes: Vec<String>,
}

/// Another address of an operation.
#[derive(Debug, Clone, Default)]
pub struct ApiAlias {
    /// Its id in the document, and its anchor.
    pub id: String,
    /// In capitals.
    pub method: String,
    /// With its parameters in braces.
    pub path: String,
    /// Who may there, if it is not the same.
    pub access: Option<ApiAccess>,
}

/// A parameter, header or member.
#[derive(Debug, Clone, Default)]
pub struct ApiField {
    /// Its name.
    pub name: String,
    /// `path`, `query`, `header`, or nothing.
    pub place: String,
    /// Whether it has to be there.
    pub required: bool,
    /// What kind of value it has.
    pub kind: ApiKind,
    /// What it is.
    pub description: String,
}

/// A kind of value.
#[derive(Debug, Clone, Default)]
pub struct ApiKind {
    /// In words.
    pub words: String,
    /// The shape that the words name.
    pub shape: Option<String>,
}

/// A body.
#[derive(Debug, Clone, Default)]
pub struct ApiBody {
    /// Media types.
    pub types: Vec<String>,
    /// Its shape.
    pub kind: ApiKind,
    /// What may stand in it; shown for requests.
    pub example: String,
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct ApiAnswer {
    /// HTTP status.
    pub status: String,
    /// When it is given.
    pub description: String,
    /// Its body.
    pub body: Option<ApiBody>,
    /// Names of headers that matter.
    pub headers: Vec<String>,
}

/// A shape with a name.
#[derive(Debug, Clone, Default)]
pub struct ApiShape {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: String,
    /// Its members.
    pub fields: Vec<ApiField>,
    /// What it is where it has no members.
    pub kind: ApiKind,
    /// A value of it, where it is the whole of an answer.
    pub example: String,
}

/// Text with code between backticks, in pieces: whether it is code, and what.
fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    text.split('`').enumerate().map(|(index, piece)| (index % 2 == 1, piece))
}

#[cfg(test)]
mod tests {
    use super::{ApiOperation, ApiPart, pieces};

    #[test]
    fn code_stands_between_backticks() {
        let found: Vec<_> = pieces("`a` or b").collect();
        assert_eq!(found, [(false, ""), (true, "a"), (false, " or b")]);
    }

    #[rstest::rstest]
    #[case("", 2)]
    #[case("  Match  LIST ", 1)]
    #[case("match", 2)]
    #[case("match nothing", 0)]
    fn operations_are_found_by_all_words(#[case] query: &str, #[case] count: usize) {
        let named = |find: &str| ApiOperation { find: find.to_owned(), ..ApiOperation::default() };
        let operations = vec![named("list matches"), named("report a match")];
        let part = ApiPart { operations, ..ApiPart::default() };
        assert_eq!(part.matching(query).count(), count);
    }
}
