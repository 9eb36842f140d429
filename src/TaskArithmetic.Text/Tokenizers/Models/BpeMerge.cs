namespace TaskArithmetic.Text.Tokenizers.Models;

/// <summary>What two neighbouring tokens merge into, and how early: the lowest rank goes first.</summary>
internal readonly record struct BpeMerge(int Rank, int Id);
