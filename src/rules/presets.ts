// Made by scripts/embed-presets.mjs from presets/*.json; do not edit.
import type { RuleJson } from '../model/rule.js';

export const PRESETS: readonly RuleJson[] = [
  {
    "id": "any",
    "version": "1",
    "title": "Every co-presence",
    "source": "our own",
    "unseen": "Ask everything but the shared place and time: how near they were, in which room, whether they spoke or touched, and whether masks were worn.",
    "note": "Lists everyone co-present for at least a second. Choose a published rule to narrow it.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "1s"
      }
    ]
  },
  {
    "id": "au-nsw-2020",
    "version": "1",
    "title": "NSW close contact: 2 hours in a closed space",
    "source": "NSW Health",
    "date": "2020",
    "unseen": "Ask whether the place was a closed space; and whether they were face to face for 15 minutes or more, which makes a contact of someone co-present for less than 2 hours, whom this rule leaves out.",
    "note": "Every place is taken for a closed space. On an aircraft only the same row and two rows each way count where both rows are known, and they too need 2 hours.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "single",
        "at_least": "2h"
      }
    ],
    "seats": [
      {
        "rows": 2,
        "vehicles": [
          "aircraft"
        ]
      }
    ]
  },
  {
    "id": "cn-close-2021",
    "version": "1",
    "title": "China close contact, from 4 days before",
    "source": "China CDC practice in the Delta period and 交通工具密切接触者判定指引",
    "date": "2021",
    "unseen": "Ask whether they were near each other without effective protection; on vehicles also which crew served those seats, and on a train who shared a compartment.",
    "note": "Vehicles by the guideline: aircraft three rows each way; a ventilated coach three rows each way; a sealed coach everyone, so no seat rule applies there, nor where the ventilation is unknown; a train the same carriage; a ferry the same cabin, given as the carriage. On other vehicles (bus, metro, taxi) everyone on the run counts. A person whose seat is unknown counts too, with the flag seat-unknown.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 4,
      "days_after": 0
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "1s",
        "kinds": [
          "venue"
        ],
        "categories": [
          "food",
          "entertainment",
          "workplace",
          "education",
          "residence",
          "lodging",
          "healthcare"
        ]
      },
      {
        "measure": "total",
        "at_least": "1s",
        "kinds": [
          "vehicle"
        ]
      }
    ],
    "seats": [
      {
        "rows": 3,
        "vehicles": [
          "aircraft"
        ]
      },
      {
        "rows": 3,
        "vehicles": [
          "coach"
        ],
        "ventilation": [
          "ventilated"
        ]
      },
      {
        "vehicles": [
          "train"
        ]
      },
      {
        "vehicles": [
          "ferry"
        ]
      }
    ]
  },
  {
    "id": "cn-close-2022",
    "version": "1",
    "title": "China close contact, from 2 days before",
    "source": "China, COVID-19 control protocol version 9, and 交通工具密切接触者判定指引",
    "date": "2022-06",
    "unseen": "Ask whether they were near each other without effective protection; on vehicles also which crew served those seats, and on a train who shared a compartment.",
    "note": "Vehicles by the guideline: aircraft three rows each way; a ventilated coach three rows each way; a sealed coach everyone, so no seat rule applies there, nor where the ventilation is unknown; a train the same carriage; a ferry the same cabin, given as the carriage. On other vehicles (bus, metro, taxi) everyone on the run counts. A person whose seat is unknown counts too, with the flag seat-unknown.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 0
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "1s",
        "kinds": [
          "venue"
        ],
        "categories": [
          "food",
          "entertainment",
          "workplace",
          "education",
          "residence",
          "lodging",
          "healthcare"
        ]
      },
      {
        "measure": "total",
        "at_least": "1s",
        "kinds": [
          "vehicle"
        ]
      }
    ],
    "seats": [
      {
        "rows": 3,
        "vehicles": [
          "aircraft"
        ]
      },
      {
        "rows": 3,
        "vehicles": [
          "coach"
        ],
        "ventilation": [
          "ventilated"
        ]
      },
      {
        "vehicles": [
          "train"
        ]
      },
      {
        "vehicles": [
          "ferry"
        ]
      }
    ]
  },
  {
    "id": "cn-companion",
    "version": "1",
    "title": "Companion in time and space: same 800 m cell",
    "source": "时空伴随, Chengdu: signal grid, here applied to scans",
    "date": "2021-11",
    "unseen": "Ask whether they met at all: being associated with one cell of 800 m says nothing of a shared room.",
    "note": "More than 10 minutes: exactly 10 is not enough. Chengdu counted telephone signals; here the residence is the likely stays from scans, so time spent without a scan is missing. Vehicles and places without coordinates keep their own key. This rule flagged 82,000 people at once in Chengdu: look at the size of the list before using it.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 14,
      "days_after": 0
    },
    "scope": "grid:800",
    "clauses": [
      {
        "measure": "total",
        "more_than": "10m"
      }
    ],
    "residence": {
      "more_than": "30h",
      "within_days": 14,
      "who": "either"
    }
  },
  {
    "id": "cn-companion-short",
    "version": "1",
    "title": "Companion in time and space, short form",
    "source": "时空伴随, the short form other cities printed: signal grid, here applied to scans",
    "unseen": "Ask whether they met at all: being associated with one cell of 800 m says nothing of a shared room.",
    "note": "At least 10 minutes: exactly 10 is enough. No time of residence is asked, so the list is never shorter than that of cn-companion. Vehicles and places without coordinates keep their own key.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 14,
      "days_after": 0
    },
    "scope": "grid:800",
    "clauses": [
      {
        "measure": "total",
        "at_least": "10m"
      }
    ]
  },
  {
    "id": "cn-general",
    "version": "1",
    "title": "China general contact: same mall, market, station or metro",
    "source": "China, 一般接触者: same mall, market, station, metro",
    "unseen": "Ask whether they were near each other without effective protection, which would make them close contacts.",
    "note": "For the built-in categories that cn-close does not name: retail, market, station, metro and bus, and also culture, sports, worship, public_building and default (places without a category or not listed). A category of your own matches neither rule at a venue: copy the rule and add it. Bus and metro are here and also vehicles under cn-close, so run with both rules they give a row under each. Taxi, coach, train, ferry and aircraft are left to cn-close; passengers whom its seats exclude are not listed here.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 0
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "1s",
        "categories": [
          "retail",
          "market",
          "station",
          "metro",
          "bus",
          "culture",
          "sports",
          "worship",
          "public_building",
          "default"
        ]
      }
    ]
  },
  {
    "id": "cwa-day",
    "version": "1",
    "title": "Corona-Warn-App: 10 minutes in one UTC day",
    "source": "Corona-Warn-App, simplified to weight 1: overlap minutes per check-in day",
    "unseen": "Ask how near they were, whether masks were worn, and when symptoms began: the app weighed how infectious the case was on each day, and this rule does not.",
    "note": "Run with --tz UTC: the app splits days at UTC midnight.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 10,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "day",
        "at_least": "10m"
      }
    ]
  },
  {
    "id": "nz-2020",
    "version": "1",
    "title": "New Zealand close contact: 15 minutes",
    "source": "New Zealand Ministry of Health",
    "date": "2020-21",
    "unseen": "Ask whether they were within 2 m of each other, and whether masks were worn.",
    "note": "The date is the years 2020 to 2021. On an aircraft only the same row and two rows each way count where both rows are known, and they too need 15 minutes.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "15m"
      }
    ],
    "seats": [
      {
        "rows": 2,
        "vehicles": [
          "aircraft"
        ]
      }
    ]
  },
  {
    "id": "sg-2020",
    "version": "1",
    "title": "Singapore close contact: 30 minutes",
    "source": "Singapore Ministry of Health",
    "date": "2020-03",
    "unseen": "Ask whether they were within 2 m of each other, and whether masks were worn.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 14
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "30m"
      }
    ]
  },
  {
    "id": "sg-2021",
    "version": "1",
    "title": "Singapore close contact: 15 minutes",
    "source": "Singapore Ministry of Health",
    "date": "2021-06-21",
    "unseen": "Ask whether they were within 2 m of each other, and whether masks were worn.",
    "note": "In force from the date given.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 14
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "15m"
      }
    ]
  },
  {
    "id": "uk-2021",
    "version": "1",
    "title": "UK Test and Trace: 15 minutes in one day",
    "source": "UK NHS Test and Trace, definition of a contact",
    "date": "2021-01",
    "unseen": "Ask whether they were within 2 m of each other; and whether they were within 1 m for a minute or more, which makes a contact of someone co-present for less than 15 minutes, whom this rule leaves out.",
    "note": "Minutes are added within one local calendar day, so --tz is needed.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "day",
        "at_least": "15m"
      }
    ]
  },
  {
    "id": "us-cdc-2020",
    "version": "1",
    "title": "US CDC close contact: 15 minutes within 24 hours",
    "source": "US CDC, definition of close contact",
    "date": "2020-10-21",
    "unseen": "Ask whether they were within 6 feet (about 1.8 m) of each other for those minutes.",
    "note": "Any 24 hours count, not the calendar day: three meetings of 5 minutes across midnight add up.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "rolling24h",
        "at_least": "15m"
      }
    ]
  },
  {
    "id": "who-2020",
    "version": "1",
    "title": "WHO contact: 15 minutes in all",
    "source": "WHO, Public health surveillance for COVID-19, interim guidance",
    "date": "2020-12-16",
    "unseen": "Ask whether they were face to face within 1 m, or touched: direct physical contact makes a contact of someone co-present for less than 15 minutes, whom this rule leaves out.",
    "window": {
      "anchors": [
        "onset",
        "sample",
        "report"
      ],
      "days_before": 2,
      "days_after": 10
    },
    "scope": "place",
    "clauses": [
      {
        "measure": "total",
        "at_least": "15m"
      }
    ]
  }
];
