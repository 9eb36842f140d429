using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Methods;

/// <summary>The methods of <c>dict</c>; those that change it are refused by the immutable sandbox before they are called.</summary>
internal static class DictionaryMethods
{
    private static readonly Dictionary<string, BuiltIn> Table = BuiltIn.Table(
        new("get", "self key default=", (_, a) => Self(a).Mutable.TryGetValue(a[1]!, out var value) ? value : a[2] ?? JinjaNone.Instance),
        new("keys", "self", (_, a) => new JinjaDictionaryView(Self(a), DictionaryPart.Keys)),
        new("values", "self", (_, a) => new JinjaDictionaryView(Self(a), DictionaryPart.Values)),
        new("items", "self", (_, a) => new JinjaDictionaryView(Self(a), DictionaryPart.Items)),
        new("copy", "self", (_, a) => new JinjaDictionary(Self(a).Mutable)),
        new("clear", "self", (_, a) => Clear(Self(a))),
        new("pop", "self key default=", (_, a) => Self(a).Mutable.Remove(a[1]!, out var value) ? value : a[2] ?? throw MissingKey(a[1]!)),
        new("popitem", "self", (_, a) => PopItem(Self(a))),
        new("setdefault", "self key default=", (_, a) => SetDefault(Self(a), a[1]!, a[2] ?? JinjaNone.Instance)));

    public static JinjaValue? Find(JinjaDictionary dictionary, string name) =>
        Table.TryGetValue(name, out var method) ? method.Bind(dictionary)
        : name == "update" ? new JinjaCallable(name, arguments => Update(dictionary, arguments))
        : null;

    /// <summary>The entries that <c>dict(...)</c> and <c>update(...)</c> take from their arguments.</summary>
    public static void Fill(JinjaDictionary dictionary, JinjaArguments arguments)
    {
        if (arguments.Positional.Count > 1)
            throw RenderError.Type($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        if (arguments.Positional is [JinjaDictionary other])
        {
            foreach (var (key, value) in other.Mutable.ToList())
                dictionary.Mutable[key] = value;
        }
        else if (arguments.Positional is [var pairs])
        {
            foreach (var pair in pairs.Iterate())
            {
                var items = pair.Iterate().Take(3).ToList();
                if (items.Count != 2)
                    throw RenderError.Value("dictionary update sequence element has the wrong length; 2 is required");
                arguments.Context.Spend(1);
                arguments.Context.SpendOn(items[0]);
                dictionary.Mutable[items[0]] = items[1];
            }
        }
        foreach (var (name, value) in arguments.Keywords)
            dictionary.Mutable[name] = value;
    }

    private static JinjaDictionary Self(JinjaValue?[] arguments) => (JinjaDictionary)arguments[0]!;

    private static JinjaNone Clear(JinjaDictionary dictionary)
    {
        dictionary.Mutable.Clear();
        return JinjaNone.Instance;
    }

    private static JinjaNone Update(JinjaDictionary dictionary, JinjaArguments arguments)
    {
        Fill(dictionary, arguments);
        return JinjaNone.Instance;
    }

    private static JinjaTuple PopItem(JinjaDictionary dictionary)
    {
        if (dictionary.Mutable.Count == 0)
            throw new RenderError("KeyError", "'popitem(): dictionary is empty'");
        var (key, value) = dictionary.Mutable.GetAt(dictionary.Mutable.Count - 1);
        dictionary.Mutable.RemoveAt(dictionary.Mutable.Count - 1);
        return new JinjaTuple(key, value);
    }

    private static JinjaValue SetDefault(JinjaDictionary dictionary, JinjaValue key, JinjaValue value)
    {
        dictionary.Mutable.TryAdd(key, value);
        return dictionary.Mutable[key];
    }

    private static RenderError MissingKey(JinjaValue key)
    {
        var writer = new Python.ReprWriter();
        writer.Value(key);
        return new RenderError("KeyError", writer.Text.ToString());
    }
}
