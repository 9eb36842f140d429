using System.Text.Json;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Text.ChatTemplates;
using static TaskArithmetic.Gguf.Vocabularies.TokenizerDocument;

namespace TaskArithmetic.Gguf.Vocabularies;

/// <summary>Reads the tokenizer of a model folder as llama.cpp would have it, or says why it cannot.</summary>
internal sealed class VocabularyReader
{
    private const long Most = 128L << 20;

    /// <summary>Below the score of every merge, so that llama.cpp makes such a token out of parts last of all.</summary>
    private const float NeverMade = -1e6f;

    private const string Space = "▁";

    private readonly string file;
    private readonly ModelConfiguration model;
    private readonly TokenizerDocument tokenizer;
    private readonly ChatTemplateFiles settings;
    private readonly List<Diagnostic> findings;

    private VocabularyReader(string file, ModelConfiguration model, TokenizerDocument tokenizer, ChatTemplateFiles settings, List<Diagnostic> findings)
    {
        this.file = file;
        this.model = model;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.findings = findings;
    }

    /// <summary>Reads it.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="model">Its configuration.</param>
    /// <param name="findings">Receives every problem: TA5203 to TA5206, and TA5212 as a warning.</param>
    /// <returns>Null where an error was found.</returns>
    public static Vocabulary? Read(string folder, ModelConfiguration model, List<Diagnostic> findings)
    {
        var file = Path.Combine(folder, "tokenizer.json");
        if (!RegularFile.IsPresent(file))
        {
            findings.Add(GgufDiagnostics.NoTokenizer(folder));
            return null;
        }
        var before = findings.Count(f => f.Severity == DiagnosticSeverity.Error);
        try
        {
            using var json = JsonFile.Read(file, Most);
            var vocabulary = new VocabularyReader(file, model, new TokenizerDocument(json.RootElement), ChatTemplateFiles.Read(folder), findings).Read();
            return findings.Count(f => f.Severity == DiagnosticSeverity.Error) == before ? vocabulary : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            // What is not of the kind that the format has fails in the accessors of JSON, each in its own way.
            findings.Add(GgufDiagnostics.TokenizerUnreadable(file, e.Message));
        }
        catch (DiagnosticException e)
        {
            findings.AddRange(e.Diagnostics);
        }
        return null;
    }

    private Vocabulary? Read()
    {
        if (TextOf(tokenizer.Model, "type") is { } type and not "BPE")
        {
            findings.Add(GgufDiagnostics.UnknownTokenizer(file, $"its model is {type}, and the tokenizers of these architectures are BPE"));
            return null;
        }
        RefuseOtherForms();
        var (tokens, types) = Tokens();
        var (beginning, end) = Template();
        var ids = SpecialIds(beginning, end);
        var isByteLevel = tokenizer.PreTokenizers.Any(step => TextOf(step, "type") == "ByteLevel");
        var vocabulary = new Vocabulary
        {
            Model = isByteLevel ? "gpt2" : "llama",
            PreTokenizer = "default",
            Tokens = tokens,
            Types = types,
            SpecialIds = ids,
            AddsBeginning = beginning is not null,
            AddsEnd = end is not null,
            IsPhi3 = IsPhi3(),
            ChatTemplate = settings.Templates.FirstOrDefault(template => template.Name == "default")?.Text,
        };
        vocabulary = isByteLevel ? ByteLevel(vocabulary) : SentencePiece(vocabulary, tokens, types);
        RequireDistinct(tokens);
        return vocabulary;
    }

    private void RefuseOtherForms()
    {
        foreach (var key in (string[])["continuing_subword_prefix", "end_of_word_suffix"])
        {
            if (TextOf(tokenizer.Model, key) is { Length: > 0 } affix)
                findings.Add(GgufDiagnostics.UnknownTokenizer(file, $"its {key} is '{affix}'"));
        }
    }

    /// <summary>One token for each row of the embedding.</summary>
    private (string[] Tokens, TokenType[] Types) Tokens()
    {
        var size = model.VocabularySize;
        var tokens = new string[size];
        var types = new TokenType[size];
        var fallsBack = Flag(tokenizer.Model, "byte_fallback", false);
        var unknown = TextOf(tokenizer.Model, "unk_token");
        foreach (var (text, id) in tokenizer.Ids)
        {
            if (id < 0 || id >= size)
            {
                findings.Add(GgufDiagnostics.TokenizerDoesNotFit(file, $"'{Listing.Short(text)}' has the id {id}, and the model has {size} rows of embedding"));
                continue;
            }
            if (tokens[id] is { } other)
                findings.Add(GgufDiagnostics.TokenizerDoesNotFit(file, $"'{Listing.Short(other)}' and '{Listing.Short(text)}' both have the id {id}"));
            tokens[id] = text;
            types[id] = text == unknown ? TokenType.Unknown
                : tokenizer.AddedTokens.TryGetValue(id, out var added) ? added.IsSpecial ? TokenType.Control : TokenType.UserDefined
                : fallsBack && IsByte(text) ? TokenType.Byte
                : TokenType.Normal;
        }
        for (var id = 0; id < size; id++)
        {
            if (tokens[id] is null)
                (tokens[id], types[id]) = ($"[PAD{id}]", TokenType.Unused);
        }
        return (tokens, types);
    }

    private static bool IsByte(string text) => text.Length == 6 && text.StartsWith("<0x", StringComparison.Ordinal) && text[5] == '>' && char.IsAsciiHexDigit(text[3]) && char.IsAsciiHexDigit(text[4]);

    private void RequireDistinct(string[] tokens)
    {
        // llama.cpp ends the process where two ids have one text.
        foreach (var group in tokens.Select((text, id) => (text, id)).GroupBy(t => t.text, StringComparer.Ordinal).Where(g => g.Skip(1).Any()))
            findings.Add(GgufDiagnostics.TokenizerDoesNotFit(file, $"'{Listing.Short(group.Key)}' is the token of {string.Join(" and ", group.Select(t => t.id))}"));
    }

    private Vocabulary ByteLevel(Vocabulary vocabulary)
    {
        // NFC is all that byte-level families do; llama.cpp leaves it out, which docs/gguf.md says.
        if (tokenizer.Normalizers.Any(step => TextOf(step, "type") != "NFC"))
            findings.Add(GgufDiagnostics.UnknownTokenizer(file, "it changes texts before they are split"));
        if (Flag(tokenizer.Model, "byte_fallback", false))
            findings.Add(GgufDiagnostics.UnknownTokenizer(file, "it has a byte fallback beside byte-level tokens"));
        if (PreTokenizerName.Of(tokenizer) is { } name)
            return vocabulary with { PreTokenizer = name, Merges = [.. tokenizer.Merges.Select(merge => $"{merge.Left} {merge.Right}")] };
        findings.Add(GgufDiagnostics.UnknownTokenizer(file, "its pre_tokenizer splits texts in a way for which llama.cpp has no name that we know"));
        return vocabulary;
    }

    private Vocabulary SentencePiece(Vocabulary vocabulary, string[] tokens, TokenType[] types)
    {
        if (SpaceRule() is not { } rule)
        {
            findings.Add(GgufDiagnostics.UnknownTokenizer(file, "its normalizer and pre_tokenizer are neither byte-level nor SentencePiece's"));
            return vocabulary;
        }
        if (tokenizer.PreTokenizers.Count > 0 && rule is "always" or "first")
        {
            findings.Add(GgufDiagnostics.TokenizesDifferently(
                file, $"it puts a space before a text that begins with none{(rule == "first" ? ", and none behind special tokens," : "")} and llama.cpp before every text, also behind special tokens"));
        }
        if (types.Count(type => type == TokenType.Byte) < 256)
            findings.Add(GgufDiagnostics.TokenizesDifferently(file, "it lacks tokens for bytes, and llama.cpp ends the process at a character that has no token"));
        if (UnlistedMerge(types) is { } merge)
            findings.Add(GgufDiagnostics.TokenizesDifferently(file, $"llama.cpp joins whatever makes a token, such as '{Listing.Short(merge.Left)}' and '{Listing.Short(merge.Right)}', for which this tokenizer has no merge"));
        for (var id = 0; id < tokens.Length; id++)
        {
            // llama.cpp finds these in the text as it is, before spaces become visible.
            if (types[id] == TokenType.UserDefined)
                tokens[id] = tokens[id].Replace(Space, " ", StringComparison.Ordinal);
        }
        return vocabulary with { Scores = Scores(tokens, types), AddsSpace = rule != "never" };
    }

    /// <summary>Whether a space is put before a text: always, never, first; null where spaces are treated in another way.</summary>
    private string? SpaceRule()
    {
        var prepends = tokenizer.Normalizers.Count > 0 && TextOf(tokenizer.Normalizers[0], "type") == "Prepend" && TextOf(tokenizer.Normalizers[0], "prepend") == Space;
        var rest = tokenizer.Normalizers.Skip(prepends ? 1 : 0).ToList();
        if (rest is [var replace] && IsSpaceReplacement(replace) && tokenizer.PreTokenizers.All(SplitsNothing))
            return prepends ? "always" : "never";
        return rest.Count == 0 && !prepends && tokenizer.PreTokenizers is [var spaces] && TextOf(spaces, "type") == "Metaspace" && TextOf(spaces, "replacement") == Space && !Flag(spaces, "split", true)
            ? TextOf(spaces, "prepend_scheme") ?? (Flag(spaces, "add_prefix_space", true) ? "always" : "never")
            : null;
    }

    private static bool IsSpaceReplacement(JsonElement step) =>
        TextOf(step, "type") == "Replace" && TextOf(step, "content") == Space && Member(step, "pattern") is { } pattern && TextOf(pattern, "String") == " ";

    /// <summary>A split at spaces, where the normalizer left none (Gemma).</summary>
    private static bool SplitsNothing(JsonElement step) => TextOf(step, "type") == "Split" && Member(step, "pattern") is { } pattern && TextOf(pattern, "String") == " ";

    /// <summary>
    /// The first place among the merges that make a token, downwards from 0: what merges first there has the highest score here. All merges that
    /// make one token stand together, as one number cannot say otherwise.
    /// </summary>
    private float[] Scores(string[] tokens, TokenType[] types)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var added = tokenizer.AddedTokens.Values.Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        string? last = null;
        for (var i = 0; i < tokenizer.Merges.Count; i++)
        {
            var made = tokenizer.Merges[i].Left + tokenizer.Merges[i].Right;
            // What is found before anything is split is never made (Gemma's runs of spaces, whose merges are mixed).
            if (!places.TryAdd(made, i) && made != last && !added.Contains(made))
            {
                findings.Add(GgufDiagnostics.UnknownTokenizer(file, $"'{Listing.Short(made)}' is made by merges with others between them"));
                break;
            }
            last = made;
        }
        return [.. tokens.Select((token, id) => types[id] is not (TokenType.Normal or TokenType.Byte) ? NeverMade
            : places.TryGetValue(token, out var place) ? -(place + 1)
            : token.EnumerateRunes().Count() == 1 ? 0 : NeverMade)];
    }

    /// <summary>Two tokens that make a third, and yet no merge; a vocabulary of SentencePiece has them all, one that was trained elsewhere may not.</summary>
    private (string Left, string Right)? UnlistedMerge(TokenType[] types)
    {
        var merges = tokenizer.Merges.ToHashSet();
        var ids = tokenizer.Ids.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (token, id) in tokenizer.Ids)
        {
            for (var at = 1; at < token.Length && id >= 0 && id < types.Length && types[id] == TokenType.Normal; at++)
            {
                if (IsNormal(ids, token.AsSpan(0, at)) && IsNormal(ids, token.AsSpan(at)) && !merges.Contains((token[..at], token[at..])))
                    return (token[..at], token[at..]);
            }
        }
        return null;

        bool IsNormal(Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> ids, ReadOnlySpan<char> part) =>
            ids.TryGetValue(part, out var id) && id >= 0 && id < types.Length && types[id] == TokenType.Normal;
    }

    private bool IsPhi3()
    {
        var taking = tokenizer.AddedTokens.Values.Where(token => token.TakesSpacesAfter).Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        string[] others = ["<unk>", "<s>", "<|endoftext|>"];
        // llama.cpp does not load a model of that name without them.
        var asPhi = taking.Contains("</s>") && others.All(tokenizer.Ids.ContainsKey) && taking.SetEquals(tokenizer.AddedTokens.Values.Select(token => token.Content).Except(others));
        if ((taking.Count > 0 && !asPhi) || tokenizer.AddedTokens.Values.Any(token => token.IsChoosy))
            findings.Add(GgufDiagnostics.TokenizesDifferently(file, "it has tokens that take spaces beside them along or stand as words only, and in llama.cpp they do neither"));
        return asPhi;
    }

    /// <summary>The special tokens that encoding puts before and after a text.</summary>
    private (int? Beginning, int? End) Template()
    {
        int? beginning = null, end = null;
        foreach (var step in tokenizer.PostProcessors.Where(step => TextOf(step, "type") != "ByteLevel"))
        {
            var parts = TextOf(step, "type") == "TemplateProcessing" && Member(step, "single") is { ValueKind: JsonValueKind.Array } single ? single.EnumerateArray().ToList() : [];
            var at = parts.FindIndex(part => Member(part, "Sequence") is not null);
            if (at is < 0 or > 1 || parts.Count > at + 2)
            {
                findings.Add(GgufDiagnostics.UnknownTokenizer(file, "its post_processor adds more than one token before or after a text"));
                continue;
            }
            beginning = at == 1 ? SpecialId(parts[0]) : beginning;
            end = parts.Count > at + 1 ? SpecialId(parts[at + 1]) : end;
        }
        return (beginning, end);
    }

    private int SpecialId(JsonElement part) => tokenizer.Ids[part.GetProperty("SpecialToken").GetProperty("id").GetString()!];

    private SortedDictionary<string, int> SpecialIds(int? beginning, int? end)
    {
        var ids = new SortedDictionary<string, int>(StringComparer.Ordinal);
        Add("bos", beginning ?? Id("bos_token") ?? model.BeginOfSequenceId);
        int?[] ends = [end ?? Id("eos_token"), .. model.EndOfSequenceIds.Select(id => (int?)id)];
        foreach (var (role, id) in ((string[])["eos", "eot", "eom"]).Zip(ends.OfType<int>().Distinct()))
            Add(role, id);
        Add("unknown", tokenizer.Ids.TryGetValue(TextOf(tokenizer.Model, "unk_token") ?? "", out var unknown) ? unknown : Id("unk_token"));
        Add("padding", Id("pad_token"));
        if (!ids.ContainsKey("eos"))
            findings.Add(GgufDiagnostics.TokenizesDifferently(file, "no file beside it names a token that ends a text, and llama.cpp takes one by its number"));
        return ids;

        void Add(string role, int? id)
        {
            if (id is { } known && known < model.VocabularySize)
                ids[role] = known;
        }
    }

    private int? Id(string role) =>
        settings.SpecialTokens.TryGetValue(role, out var token) && tokenizer.Ids.TryGetValue(token.ToString(), out var id) ? id : null;
}
