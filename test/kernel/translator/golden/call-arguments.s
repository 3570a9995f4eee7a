# Arguments on the stack, a frame, and a callee that removes them.
        push    dword ptr [0x2000]
        push    5
        call    sum
        ret
sum:    push    ebp
        mov     ebp, esp
        mov     eax, [ebp+8]
        add     eax, [ebp+12]
        leave
        ret     8
# 0x1000: ff 35 00 20 00 00 6a 05 e8 01 00 00 00 c3 55 89 e5 8b 45 08 03 45 0c c9 c2 08 00
