using System.Runtime.CompilerServices;

namespace TaskArithmetic.Text.Python;

/// <summary>
/// What lazy filters such as <c>map</c> and <c>select</c> give: always true, without length or indices, and
/// empty once it has been walked through.
/// </summary>
internal sealed class PythonIterator(IEnumerable<PythonValue> items, string typeName = "generator") : PythonValue
{
    private readonly IEnumerator<PythonValue> enumerator = items.GetEnumerator();
    private bool running;

    public override string TypeName => typeName;

    internal override bool IsIterable => true;

    internal override IEnumerable<PythonValue> Iterate()
    {
        while (MoveNext())
            yield return enumerator.Current;
    }

    private bool MoveNext()
    {
        // Filters of filters of filters nest their calls as deep as a template likes.
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw PythonError.Recursion();
        if (running)
            throw PythonError.Value("generator already executing");
        running = true;
        var moved = enumerator.MoveNext();
        running = false;
        return moved;
    }
}
