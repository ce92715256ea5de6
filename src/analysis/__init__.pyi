"""What an analyst imports, as an editor sees it; ``__init__.py`` reads this list."""

from .build.chapters import checked as checked
from .definitions.catalogue import kinds as kinds
from .definitions.regions import province as province
from .display.accountability import (
    breaks as breaks,
)
from .display.accountability import (
    rules as rules,
)
from .display.area_charts import area_chart as area_chart
from .display.maps import area_map as area_map
from .display.reservations import (
    borders as borders,
)
from .display.reservations import (
    caveats as caveats,
)
from .display.reservations import (
    shared_caveats as shared_caveats,
)
from .display.sentences import headline as headline
from .display.small_multiples import small_multiples as small_multiples
from .display.statement_cards import statements as statements
from .display.statement_verdicts import (
    remarks as remarks,
)
from .display.statement_verdicts import (
    untestable as untestable,
)
from .display.survey_charts import measure_chart as measure_chart
from .display.vote_results import vote_chart as vote_chart
from .display.yearly_charts import chart as chart
from .policy.dashboard import (
    dashboard as dashboard,
)
from .policy.dashboard import (
    signal_charts as signal_charts,
)
from .policy.evidence import voices as voices
from .policy.goals import (
    checklists as checklists,
)
from .policy.goals import (
    goals as goals,
)
from .policy.goals import (
    lessons as lessons,
)
from .policy.goals import (
    lookback as lookback,
)
from .policy.goals import (
    measurable as measurable,
)
from .policy.goals import (
    promises as promises,
)
from .policy.goals import (
    proposals as proposals,
)
from .policy.judging import judge as judge
from .policy.key_messages import key_messages as key_messages
from .policy.plan import (
    calendar as calendar,
)
from .policy.plan import (
    plan as plan,
)
from .policy.plan import (
    plan_partners as plan_partners,
)
from .policy.plan import (
    plan_status as plan_status,
)
from .policy.priorities import (
    choices as choices,
)
from .policy.priorities import (
    departures as departures,
)
from .policy.priorities import (
    money as money,
)
from .policy.priorities import (
    priorities as priorities,
)
from .policy.source_texts import (
    quotes as quotes,
)
from .policy.source_texts import (
    text_coverage as text_coverage,
)
from .policy.theme_overview import theme_overview as theme_overview
from .statistics.change import (
    change as change,
)
from .statistics.change import (
    least_ordinary_step as least_ordinary_step,
)
from .statistics.change import (
    overview as overview,
)
from .statistics.change import (
    sum_check as sum_check,
)
from .statistics.comparison import (
    compare_change as compare_change,
)
from .statistics.comparison import (
    compare_trend as compare_trend,
)
from .statistics.control_chart import control_chart as control_chart
from .statistics.ordinary import track_record as track_record
from .statistics.rates import funnel as funnel
from .statistics.scenarios import (
    power as power,
)
from .statistics.scenarios import (
    without_break as without_break,
)
from .statistics.small_areas import areas as areas
from .statistics.survey import (
    compare_survey as compare_survey,
)
from .statistics.survey import (
    survey_change as survey_change,
)
from .statistics.trend import trend as trend
from .statistics.votes import (
    ranks as ranks,
)
from .statistics.votes import (
    tally as tally,
)
from .statistics.votes import (
    themes_equal as themes_equal,
)
from .statistics.votes import (
    villages_differ as villages_differ,
)
from .statistics.votes import (
    weighted as weighted,
)
from .store.loading import (
    hidden_levels as hidden_levels,
)
from .store.loading import (
    load as load,
)
from .store.loading import (
    load_kinds as load_kinds,
)
from .store.loading import (
    load_wijken as load_wijken,
)
from .store.loading import (
    register as register,
)
from .store.loading import (
    voting as voting,
)
