//! Tests of events, the graphs of stages, through their public interface.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod helpers;
#[cfg(test)]
mod operations;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod stages;
