//! What the address of an embed asks for.

use std::fmt;

use crate::bracket::Theme;

/// The colours of a name; or of a number, for addresses made for other sites: from 2 on, 1 are the
/// reader's.
fn theme(text: &str) -> Option<Theme> {
    let number = || Theme::ALL.get(text.parse::<usize>().ok()?.checked_sub(2)?).copied();
    Theme::parse(if text == "color-blind" { "colour-blind" } else { text }).or_else(number)
}

/// Which part of a tournament an embed shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tab {
    /// The first stage, with its groups.
    Groups,
    /// The last stage.
    Final,
    /// Standings alone.
    Standings,
}

impl Tab {
    const ALL: [Self; 3] = [Self::Groups, Self::Final, Self::Standings];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Groups => "groups",
            Self::Final => "final",
            Self::Standings => "standings",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Groups => "Groups",
            Self::Final => "Final stage",
            Self::Standings => "Standings",
        }
    }
}

/// How an embed looks. Made of any query: what is out of range is brought into it, what is unknown is
/// left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::struct_excessive_bools, reason = "each is a parameter of its own on the wire")]
pub struct Look {
    /// Size of the bracket, in per cent.
    pub multiplier: u16,
    /// Width of its matches, in per cent.
    pub match_width: u16,
    /// Places one to three, once they are known.
    pub final_results: bool,
    /// The table, where one decides.
    pub standings: bool,
    /// Colours; those of the reader's system if nothing is said.
    pub colours: Option<Theme>,
    /// As wide as the frame.
    pub fit: bool,
    /// The tournament's name.
    pub name: bool,
    /// That predictions are taken.
    pub voting: bool,
    /// Whether it is live.
    pub live_status: bool,
    /// Which part.
    pub tab: Option<Tab>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            multiplier: 100,
            match_width: 100,
            final_results: false,
            standings: false,
            colours: None,
            fit: false,
            name: false,
            voting: false,
            live_status: false,
            tab: None,
        }
    }
}

/// A factor such as `1.25`, in per cent, within its range.
fn factor(text: &str, least: u16, most: u16) -> Option<u16> {
    let value: f64 = text.trim().parse().ok().filter(|value: &f64| !value.is_nan())?;
    let per_cent = (value * 100.0).round().clamp(f64::from(least), f64::from(most));
    // Whole and within the range of `u16` by now; there is no conversion for that.
    (least..=most).find(|whole| f64::from(*whole) >= per_cent)
}

impl Look {
    /// Whether it is of the few sizes that many ask for: of the others there are too many to keep them all.
    pub fn is_common(&self) -> bool {
        self.multiplier.is_multiple_of(25) && self.match_width.is_multiple_of(25)
    }

    /// Takes up a parameter; of one that is repeated, the last that makes sense.
    pub fn set(&mut self, name: &str, value: &str) {
        let switch = || match value.trim() {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        };
        let set = |switch: Option<bool>, field: &mut bool| {
            if let Some(on) = switch {
                *field = on;
            }
        };
        match name {
            "multiplier" => self.multiplier = factor(value, 30, 300).unwrap_or(self.multiplier),
            "match_width_multiplier" => {
                self.match_width = factor(value, 50, 300).unwrap_or(self.match_width);
            }
            "show_final_results" => set(switch(), &mut self.final_results),
            "show_standings" => set(switch(), &mut self.standings),
            "scale_to_fit" => set(switch(), &mut self.fit),
            "show_tournament_name" => set(switch(), &mut self.name),
            "show_voting" => set(switch(), &mut self.voting),
            "show_live_status" => set(switch(), &mut self.live_status),
            "theme" => self.colours = theme(value).or(self.colours),
            "tab" => {
                let known = Tab::ALL.into_iter().find(|tab| tab.name() == value);
                self.tab = known.or(self.tab);
            }
            _ => {}
        }
    }
}

impl fmt::Display for Look {
    /// As the query of an address, with its question mark; empty for what is the default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut mark = '?';
        let mut write = |name: &str, value: fmt::Arguments<'_>| {
            let written = write!(f, "{mark}{name}={value}");
            mark = '&';
            written
        };
        for (name, value) in
            [("multiplier", self.multiplier), ("match_width_multiplier", self.match_width)]
        {
            if value != 100 {
                write(name, format_args!("{}.{:02}", value / 100, value % 100))?;
            }
        }
        for (name, on) in [
            ("show_final_results", self.final_results),
            ("show_standings", self.standings),
            ("scale_to_fit", self.fit),
            ("show_tournament_name", self.name),
            ("show_voting", self.voting),
            ("show_live_status", self.live_status),
        ] {
            if on {
                write(name, format_args!("1"))?;
            }
        }
        if let Some(colours) = self.colours {
            write("theme", format_args!("{}", colours.name()))?;
        }
        if let Some(tab) = self.tab {
            write("tab", format_args!("{}", tab.name()))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Look;
    use rstest::rstest;

    fn look(query: &str) -> Look {
        let mut look = Look::default();
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            look.set(name, value);
        }
        look
    }

    #[rstest]
    #[case("", "")]
    #[case("multiplier=0.75", "?multiplier=0.75")]
    #[case("multiplier=0.01", "?multiplier=0.30")]
    #[case("multiplier=-7", "?multiplier=0.30")]
    #[case("multiplier=1e9", "?multiplier=3.00")]
    #[case("multiplier=inf", "?multiplier=3.00")]
    #[case("multiplier=NaN", "")]
    #[case("multiplier=wide", "")]
    #[case("match_width_multiplier=0.1", "?match_width_multiplier=0.50")]
    #[case("match_width_multiplier=2.5", "?match_width_multiplier=2.50")]
    #[case("multiplier=2&multiplier=x", "?multiplier=2.00")]
    #[case("show_standings=1&show_standings=0", "")]
    #[case("show_voting=yes", "")]
    #[case("theme=1", "")]
    #[case("theme=3", "?theme=dark")]
    #[case("theme=99&theme=<script>", "")]
    #[case("theme=color-blind", "?theme=colour-blind")]
    #[case("tab=standings&tab=secret", "?tab=standings")]
    #[case("unknown=1&csrf=2", "")]
    #[case(
        "show_final_results=1&show_standings=true&scale_to_fit=1&show_tournament_name=1\
         &show_voting=1&show_live_status=1&tab=groups",
        "?show_final_results=1&show_standings=1&scale_to_fit=1&show_tournament_name=1\
         &show_voting=1&show_live_status=1&tab=groups"
    )]
    fn any_query_makes_a_look(#[case] query: &str, #[case] written: &str) {
        let made = look(query);
        assert_eq!(made.to_string(), written);
        assert_eq!(look(made.to_string().trim_start_matches('?')), made);
    }
}
