# The carry of a product, read by a branch.
        imul    eax, ebx
        jo      1f
        inc     ecx
1:      ret
# 0x1000: 0f af c3 70 01 41 c3
