using TaskArithmetic.Merging;
using TaskArithmetic.Recipes;

// A merge in a process of its own, for tests that kill it: BASE FROM MINUS OUTPUT CACHE cached|uncached.
// Each log line is printed at once; "merging" comes first, so that a test knows when the work begins.
var recipe = new Recipe
{
    Base = args[0],
    Inputs = [RecipeInput.Of(args[1], args[2], ParameterValue.Parse("0.7"))],
    MaxShardSize = 1,
};
var options = new MergeOptions
{
    CacheDirectory = args[4],
    UseCache = args[5] == "cached",
    Starting = _ => Console.WriteLine("merging"),
    Log = Console.WriteLine,
};
ModelMerge.Run(recipe, args[3], options, CancellationToken.None);
Console.WriteLine("done");
