//! Which column feeds what, by its name and by what its values look like.

use std::collections::BTreeMap;

use matricula_spec::Catalogue;
use matricula_spec::model::dimension::DimensionId;
use matricula_spec::model::synonyms::{Role, Tells};

use super::profile::ColumnProfile;

/// What a column may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// It may feed a dimension.
    Dimension(DimensionId),
    /// It has a role.
    Role(Role),
}

/// The columns, by what they may be: the likeliest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Columns {
    by_place: BTreeMap<Place, Vec<(i32, usize)>>,
}

impl Columns {
    /// Reads the names of columns.
    pub(super) fn new(catalogue: &Catalogue, profiles: &[ColumnProfile]) -> Self {
        let mut columns = Self::default();
        for (position, profile) in profiles.iter().enumerate() {
            columns.place(catalogue, position, &profile.name);
        }
        // Of equal weights the first in the file.
        columns.by_place.values_mut().for_each(|found| found.sort_by_key(|(weight, at)| (-weight, *at)));
        columns
    }

    fn place(&mut self, catalogue: &Catalogue, position: usize, name: &str) {
        let synonyms = catalogue.synonyms();
        let of = |place: Place| {
            synonyms.of_name(name, |tells| match (tells, place) {
                (Tells::Column(d) | Tells::Flag { dimension: d, .. }, Place::Dimension(wanted)) => *d == wanted,
                (Tells::Role(role), Place::Role(wanted)) => *role == wanted,
                _ => false,
            })
        };
        let roles = Role::ALL.iter().map(|role| Place::Role(*role));
        let places = catalogue.dimension_ids().map(Place::Dimension).chain(roles);
        let weighed: Vec<(Place, i32)> = places.map(|place| (place, of(place))).filter(|(_, w)| *w > 0).collect();
        let exclusive = weighed.iter().filter(|(place, _)| matches!(place, Place::Role(role) if is_exclusive(*role)));
        let role = exclusive.map(|(_, weight)| *weight).max().unwrap_or(0);
        let elsewhere = of(Place::Role(Role::OtherPlace)) > 0;
        for (place, mut weight) in weighed {
            if matches!(place, Place::Dimension(_)) && role >= weight {
                continue;
            }
            if elsewhere && is_place(catalogue, place) {
                weight -= FAR;
            }
            if weight > 0 {
                self.by_place.entry(place).or_default().push((weight, position));
            }
        }
    }

    /// The columns that may feed a dimension.
    pub(super) fn of_dimension(&self, dimension: DimensionId) -> Vec<(i32, usize)> {
        self.by_place.get(&Place::Dimension(dimension)).cloned().unwrap_or_default()
    }

    /// The columns that have a role.
    pub(super) fn of_role(&self, role: Role) -> impl Iterator<Item = usize> + '_ {
        self.by_place.get(&Place::Role(role)).into_iter().flatten().map(|(_, position)| *position)
    }
}

/// What a place loses where it is not the school's.
const FAR: i32 = 40;

/// Whether a column that has the role is nothing else.
fn is_exclusive(role: Role) -> bool {
    !role.is_proxy() && role != Role::OtherPlace
}

fn is_place(catalogue: &Catalogue, place: Place) -> bool {
    let named = |dimension: DimensionId| catalogue.dimension(dimension).id.as_str();
    matches!(place, Place::Dimension(dimension) if ["location", "area_national"].contains(&named(dimension)))
}
