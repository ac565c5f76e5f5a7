"""Words that carry no subject: left out of the search terms of both languages."""

ENGLISH_STOPWORDS = frozenset(
    """
    a about after again all also am an and any are aren't as at be because been before being both
    but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each
    for from further had hadn't has hasn't have haven't having he her here hers him his how however
    i i'd i'll i'm i've if in into is isn't it it's its just let let's may me might more most must
    my no nor not of off on once only or other our ours out over own please s same shall she should
    shouldn't so some such t than that that's the their theirs them then there there's these they
    they're this those through to too under until up us very was wasn't we we'd we'll we're we've
    were weren't what what's when where which while who whom why will with won't would wouldn't you
    you'd you'll you're you've your yours
    """.split()  # noqa: SIM905
)

# Sudachi normal forms: light verbs, formal nouns, honorific affixes, polite set phrases.
JAPANESE_STOP_TERMS = frozenset(
    """
    為る ある 有る 居る いる 成る なる 出来る できる 下さる くださる 頂く いただく 貰う もらう
    御座る ござる 致す おる ます です 言う 仕舞う 置く 呉れる 上げる 遣る 願う
    事 物 為 所 様 の こと もの ため よう とき 時 訳 筈 積り 場合 方 宜しい
    御 お ご さん 達 等 的 其の 此の 何 然う 斯う どう 又 亦 且つ もう 未だ 直ぐ とても 良い
    つく 付く 就く 就いて 因る 拠る 関する 対する 於く 伴う
    """.split()  # noqa: SIM905
)

# Auxiliaries that say no: 届かない and 届く are different questions, to an embedding at least.
JAPANESE_NEGATIONS = frozenset({"ない", "無い", "ず", "ぬ", "まい"})
