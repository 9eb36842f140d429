using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Methods;

/// <summary>The methods of <c>dict</c>; those that change it are refused by the immutable sandbox before they are called.</summary>
internal static class DictionaryMethods
{
    private static readonly Dictionary<string, BuiltIn> Table = BuiltIn.Table(
        new("get", "self key default=", (_, a) => Self(a).Mutable.TryGetValue(a[1]!, out var value) ? value : a[2] ?? PythonNone.Instance),
        new("keys", "self", (_, a) => new PythonDictionaryView(Self(a), DictionaryPart.Keys)),
        new("values", "self", (_, a) => new PythonDictionaryView(Self(a), DictionaryPart.Values)),
        new("items", "self", (_, a) => new PythonDictionaryView(Self(a), DictionaryPart.Items)),
        new("copy", "self", (_, a) => new PythonDictionary(Self(a).Mutable)),
        new("clear", "self", (_, a) => Clear(Self(a))),
        new("pop", "self key default=", (_, a) => Self(a).Mutable.Remove(a[1]!, out var value) ? value : a[2] ?? throw MissingKey(a[1]!)),
        new("popitem", "self", (_, a) => PopItem(Self(a))),
        new("setdefault", "self key default=", (_, a) => SetDefault(Self(a), a[1]!, a[2] ?? PythonNone.Instance)));

    public static PythonValue? Find(PythonDictionary dictionary, string name) =>
        Table.TryGetValue(name, out var method) ? method.Bind(dictionary)
        : name == "update" ? new JinjaCallable(name, arguments => Update(dictionary, arguments))
        : null;

    /// <summary>The entries that <c>dict(...)</c> and <c>update(...)</c> take from their arguments.</summary>
    public static void Fill(PythonDictionary dictionary, JinjaArguments arguments)
    {
        if (arguments.Positional.Count > 1)
            throw RenderError.Type($"dict expected at most 1 argument, got {arguments.Positional.Count}");
        if (arguments.Positional is [PythonDictionary other])
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

    private static PythonDictionary Self(PythonValue?[] arguments) => (PythonDictionary)arguments[0]!;

    private static PythonNone Clear(PythonDictionary dictionary)
    {
        dictionary.Mutable.Clear();
        return PythonNone.Instance;
    }

    private static PythonNone Update(PythonDictionary dictionary, JinjaArguments arguments)
    {
        Fill(dictionary, arguments);
        return PythonNone.Instance;
    }

    private static PythonTuple PopItem(PythonDictionary dictionary)
    {
        if (dictionary.Mutable.Count == 0)
            throw new RenderError("KeyError", "'popitem(): dictionary is empty'");
        var (key, value) = dictionary.Mutable.GetAt(dictionary.Mutable.Count - 1);
        dictionary.Mutable.RemoveAt(dictionary.Mutable.Count - 1);
        return new PythonTuple(key, value);
    }

    private static PythonValue SetDefault(PythonDictionary dictionary, PythonValue key, PythonValue value)
    {
        dictionary.Mutable.TryAdd(key, value);
        return dictionary.Mutable[key];
    }

    private static RenderError MissingKey(PythonValue key)
    {
        var writer = new Python.ReprWriter();
        writer.Value(key);
        return new RenderError("KeyError", writer.Text.ToString());
    }
}
