namespace TaskArithmetic.TestSupport;

/// <summary>
/// Environment variables that this process lacks for the length of a test, and has again afterwards. They belong to the whole process, so classes that use
/// it run alone.
/// </summary>
internal sealed class ClearedEnvironment : IDisposable
{
    private readonly Dictionary<string, string?> former;

    public ClearedEnvironment(params string[] names)
    {
        former = names.ToDictionary(name => name, Environment.GetEnvironmentVariable);
        foreach (var name in names)
            Environment.SetEnvironmentVariable(name, null);
    }

    public void Dispose()
    {
        foreach (var (name, value) in former)
            Environment.SetEnvironmentVariable(name, value);
    }
}
